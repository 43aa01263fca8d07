import Compiler
import GraphIR

/// What stands where in a text.
extension Analysis {
    /// What stands around an offset, outermost first.
    func spots(at offset: Int) -> [SyntaxPiece] {
        var found: [SyntaxPiece] = []
        SyntaxWalk { piece in
            guard piece.place.start <= offset, offset <= piece.place.end else { return false }
            found.append(piece)
            return true
        }.visit(tree)
        return found
    }

    /// Every stage of a text, with those that stand within it.
    var everyStage: [Stage] {
        var found: [Stage] = []
        SyntaxWalk { piece in
            if case .stage(let stage) = piece { found.append(stage) }
            return true
        }.visit(tree)
        return found
    }
}

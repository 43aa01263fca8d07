import GraphIR

/// The edits that fixes make, put into a text. Of two that overlap, the first one wins.
public func apply(_ edits: [Diagnostic.Fix.Edit], to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    for edit in edits.sorted(by: { ($0.place.start, $0.place.end) < ($1.place.start, $1.place.end) }) {
        guard edit.place.start >= position, edit.place.end <= text.count, edit.place.start <= edit.place.end else {
            continue
        }
        result += text[position..<edit.place.start]
        result += edit.text.utf8
        position = edit.place.end
    }
    return result + text[position...]
}

/// The first fix of every finding that concerns one file alone and can be made without asking.
public func fixes(of diagnostics: [Diagnostic], in file: Int) -> [Diagnostic.Fix.Edit] {
    diagnostics.compactMap(\.certainFix).filter { $0.edits.allSatisfy { $0.place.file == file } }.flatMap(\.edits)
}

extension Diagnostic {
    /// What a program may change by itself. A promise that is not kept is not changed to one that is, nor a number
    /// moved into its range: what is wrong there only the author knows.
    public var certainFix: Fix? {
        let choices = [
            Code.shapeIsNotAsSaid, .expectationNotMet, .outOfRange, .lossDoesNotFit, .preparationDoesNotFit,
        ].map(\.rawValue)
        return choices.contains(code) ? nil : fixes.first
    }
}

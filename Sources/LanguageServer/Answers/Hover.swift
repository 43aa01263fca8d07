import Editor
import GraphIR

extension Session {
    mutating func hover(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        guard let hover = analysis.hover(at: offset) else { return .null }
        return ["contents": markup(hover.markdown), "range": Positions(file: analysis.file).json(hover.range)]
    }
}

import Editor
import GraphIR

extension Session {
    mutating func formatting(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        return edits(analysis.layout(), analysis)
    }

    mutating func rangeFormatting(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let range = try Positions(file: analysis.file).range(parameters["range"])
        return edits(analysis.layout(within: range), analysis)
    }

    private func edits(_ changes: [Change], _ analysis: Analysis) -> JSON {
        let positions = Positions(file: analysis.file)
        return .array(
            changes.map { ["range": positions.json($0.location.range), "newText": .string($0.text)] })
    }
}

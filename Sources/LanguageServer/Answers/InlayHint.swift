import Editor
import GraphIR

extension Session {
    mutating func inlayHint(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let positions = Positions(file: analysis.file)
        let range = try positions.range(parameters["range"])
        return .array(
            analysis.hints.filter { range.lowerBound <= $0.offset && $0.offset <= range.upperBound }.map { hint in
                var members = [
                    JSON.Member("position", positions.json(hint.offset)), JSON.Member("label", .string(hint.label)),
                    JSON.Member("kind", 1), JSON.Member("paddingLeft", true),
                ]
                if !hint.tooltip.isEmpty { members.append(JSON.Member("tooltip", .string(hint.tooltip))) }
                if let saying = hint.saying {
                    let edit: JSON = [
                        "range": positions.json(saying.offset..<saying.offset), "newText": .string(saying.text),
                    ]
                    members.append(JSON.Member("textEdits", [edit]))
                }
                return .object(members)
            })
    }
}

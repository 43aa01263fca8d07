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
                    JSON.Member("position", positions.json(hint.offset)), JSON.Member("label", label(hint, analysis)),
                    JSON.Member("kind", 1), JSON.Member("paddingLeft", true),
                ]
                if client.resolvesTooltips, !hint.tooltip.isEmpty {
                    members.append(JSON.Member("data", ["uri": .string(uri(of: analysis.path))]))
                } else if !hint.tooltip.isEmpty {
                    members.append(JSON.Member("tooltip", .string(hint.tooltip)))
                }
                if let saying = hint.saying {
                    let edit: JSON = [
                        "range": positions.json(saying.offset..<saying.offset), "newText": .string(saying.text),
                    ]
                    members.append(JSON.Member("textEdits", [edit]))
                }
                return .object(members)
            })
    }

    /// A hint behind a name of the text leads to where that is declared.
    private func label(_ hint: Hint, _ analysis: Analysis) -> JSON {
        guard let target = analysis.declaration(of: hint) else { return .string(hint.label) }
        return [["value": .string(hint.label), "location": json(target, analysis)]]
    }

    /// The hint as it came, with what there is more to say. One that is not there any more stays as it is.
    mutating func resolveHint(_ hint: JSON) throws(Failure) -> JSON {
        guard let members = hint.members, hint["label"] != nil else { throw .invalid("this is no hint") }
        guard let uri = hint["data"]?["uri"]?.string, let analysis = workspace.analysis(of: Paths.path(of: uri)) else {
            return hint
        }
        let offset = try Positions(file: analysis.file).offset(hint["position"])
        let said = hint["label"]?.string ?? hint["label"]?.array?.first?["value"]?.string
        guard let own = analysis.hints.first(where: { $0.offset == offset && $0.label == said }), !own.tooltip.isEmpty
        else { return hint }
        return .object(members.filter { $0.key != "tooltip" } + [JSON.Member("tooltip", .string(own.tooltip))])
    }
}

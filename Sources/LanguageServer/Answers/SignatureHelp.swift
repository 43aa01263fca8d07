import Editor
import GraphIR

extension Session {
    mutating func signatureHelp(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        guard let help = analysis.callHelp(at: offset) else { return .null }
        let label = Array(help.label.utf8)
        let positions = Positions(file: SourceFile(path: "", text: label))
        let items = help.parameters.map { item -> JSON in
            let name: JSON =
                client.labelOffsets
                ? [.int(positions.units(0, item.range.lowerBound)), .int(positions.units(0, item.range.upperBound))]
                : .string(String(decoding: label[item.range], as: UTF8.self))
            var members = [JSON.Member("label", name)]
            if !item.documentation.isEmpty { members.append(JSON.Member("documentation", markup(item.documentation))) }
            return .object(members)
        }
        var members = [JSON.Member("label", .string(help.label)), JSON.Member("parameters", .array(items))]
        if !help.documentation.isEmpty { members.append(JSON.Member("documentation", markup(help.documentation))) }
        var answer = [JSON.Member("signatures", [.object(members)]), JSON.Member("activeSignature", 0)]
        if let active = help.active { answer.append(JSON.Member("activeParameter", .int(active))) }
        return .object(answer)
    }
}

import Editor
import GraphIR

extension Session {
    /// Found anew in the text as it is now; what the editor sends back of older findings is not looked at.
    mutating func codeAction(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let range = try Positions(file: analysis.file).range(parameters["range"])
        let only = parameters["context"]?["only"]?.array?.compactMap(\.string)
        guard client.actionLiterals else { return [] }
        let actions = analysis.actions(in: range).filter { action in
            guard action.newFile == nil || client.createsFiles else { return false }
            guard let only else { return true }
            return only.contains { action.kind.rawValue == $0 || action.kind.rawValue.hasPrefix($0 + ".") }
        }
        return .array(
            actions.map { action in
                var members = [
                    JSON.Member("title", .string(action.title)), JSON.Member("kind", .string(action.kind.rawValue)),
                    JSON.Member("edit", json(action.changes, analysis, making: action.newFile)),
                ]
                if action.isPreferred, client.actionIsPreferred { members.append(JSON.Member("isPreferred", true)) }
                return .object(members)
            })
    }
}

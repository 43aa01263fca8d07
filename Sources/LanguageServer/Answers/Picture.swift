import Editor
import GraphIR

extension Session {
    mutating func graph(_ parameters: JSON) throws(Failure) -> JSON {
        try analysis(parameters).picture.map { .string($0) } ?? .null
    }

    mutating func placeOf(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        guard let path = parameters["path"]?.string else { throw .invalid("no path is given") }
        return analysis.place(ofPath: path).map { json($0, analysis) } ?? .null
    }

    mutating func pathAt(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        return analysis.path(at: offset).map { .string($0) } ?? .null
    }

    /// `strata.preview`: a page that shows the network and follows what is typed.
    mutating func executeCommand(_ parameters: JSON) throws(Failure) -> JSON {
        guard parameters["command"]?.string == "strata.preview" else {
            throw .invalid("there is no command '\(parameters["command"]?.string?.prefix(100) ?? "")'")
        }
        let named = parameters["arguments"]?.array?.first?.string.map(Paths.path)
        guard let path = named ?? (documents.count == 1 ? documents.keys.first : nil),
            let analysis = workspace.analysis(of: path)
        else { throw .invalid("say which open text, by its URI") }
        guard let picture = analysis.picture else { throw .failed("there is no network without errors to show yet") }
        guard let page = world.preview(path, picture) else { throw .failed("the page cannot be written") }
        followed.insert(path)
        if client.showDocument { ask("window/showDocument", ["uri": .string(Paths.uri(of: page)), "external": true]) }
        return .string(Paths.uri(of: page))
    }
}

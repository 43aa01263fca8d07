import Editor
import GraphIR

extension Session {
    mutating func definition(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        return .array(analysis.definitions(at: offset).map { json($0, analysis) })
    }

    /// In this text, in those that it is read with, and in those that vary or use it.
    mutating func references(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        let declared = parameters["context"]?["includeDeclaration"]?.bool ?? true
        var found = analysis.references(at: offset, withDeclaration: declared)
        if let target = analysis.declaration(at: offset) {
            let name = analysis.renamable(at: offset)?.name ?? ""
            for path in relatives(of: target.path) where !analysis.reads.contains(path) {
                guard workspace.mentions(name, in: path) else { continue }
                guard let other = workspace.look(at: path) else { continue }
                found += other.places(declaredAt: target).filter { !found.contains($0) && $0 != target }
            }
        }
        return .array(found.map { json($0, analysis) })
    }

    mutating func documentHighlight(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        let positions = Positions(file: analysis.file)
        return .array(
            analysis.highlights(at: offset).map {
                ["range": positions.json($0.range), "kind": .int($0.isDeclaration ? 3 : 2)]
            })
    }

    mutating func documentLink(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let positions = Positions(file: analysis.file)
        return .array(
            analysis.links.map { ["range": positions.json($0.range), "target": .string(uri(of: $0.path))] })
    }

    /// The files that may vary or use what a file declares.
    func relatives(of path: String) -> [String] {
        let near = path.split(separator: "/").dropLast().joined(separator: "/")
        let folders = roots.isEmpty ? ["/" + near] : roots
        return Array(Set(world.files(folders) + documents.keys)).sorted()
    }
}

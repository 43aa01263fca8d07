import Editor
import GraphIR

extension Session {
    mutating func codeLens(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let positions = Positions(file: analysis.file)
        var lenses = analysis.lenses.compactMap { lens -> JSON? in
            let command: String
            switch lens.deed {
            case .none: command = ""
            case .showGraph: command = "strata.showGraph"
            case .showDifference: command = "strata.showDifference"
            case .train: command = "strata.train"
            }
            // A command that the editor does not know is a mistake in its log.
            guard command.isEmpty || client.commands.contains(command) else { return nil }
            let parent = lens.deed == .showDifference ? analysis.parents.prefix(1) : []
            return [
                "range": positions.json(lens.range),
                "command": [
                    "title": .string(lens.title), "command": .string(command),
                    "arguments": .array(([analysis.path] + parent).map { .string(uri(of: $0)) }),
                ],
            ]
        }
        if let declaration = analysis.declarations.first(where: { !$0.isBlock }) {
            let count = variants(of: analysis.path).count
            if count > 0 {
                lenses.append([
                    "range": positions.json(declaration.location.range),
                    "command": ["title": .string("\(count) variant\(count == 1 ? "" : "s")"), "command": ""],
                ])
            }
        }
        return .array(lenses)
    }

    /// The files that vary a file, or vary one that does.
    func variants(of path: String) -> [String] {
        var parents: [String: String] = [:]
        for file in relatives(of: path) {
            guard let text = workspace.texts[file] ?? (try? workspace.surroundings.read(file)) else { continue }
            parents[file] = parentPath(of: text, at: file)
        }
        return parents.keys.filter { file in
            var next = parents[file]
            for _ in 0..<64 {
                if next == path { return true }
                next = next.flatMap { parents[$0] }
            }
            return false
        }.sorted()
    }
}

import Foundation
import GraphIR

extension RunRecord {
    /// A stranger's plugin as a run remembers it: which file, with which content, and what it brings.
    public struct Plugin: Sendable, Hashable {
        /// As the architecture or the command line names it.
        public var path: String
        /// The whole path at the time, for whoever stands in another folder later.
        public var file: String
        /// Of the source, or of the library where there is no source.
        public var sha256: String
        /// Kind and name of each, as `layer sinc_conv`.
        public var brings: [String]

        public init(path: String, file: String, sha256: String, brings: [String]) {
            self.path = path
            self.file = file
            self.sha256 = sha256
            self.brings = brings
        }

        var json: JSON {
            [
                "path": .string(path), "file": .string(file), "sha256": .string(sha256),
                "brings": .array(brings.map { .string($0) }),
            ]
        }

        init?(json: JSON) {
            guard let path = json["path"]?.string, let file = json["file"]?.string,
                let sha256 = json["sha256"]?.string, let brings = json["brings"]?.array
            else { return nil }
            self.init(path: path, file: file, sha256: sha256, brings: brings.compactMap(\.string))
        }

        /// The file where it was, if it is still the same.
        public var unchangedFile: String? {
            [path, file].first { place in
                FileManager.default.contents(atPath: place).map { SHA256.hex(of: $0) } == sha256
            }
        }
        private var isThere: Bool { unchangedFile != nil }
        private var short: String { String(sha256.prefix(12)) }
        private var whole: String { brings.joined(separator: ", ") }

        /// What became of this plugin of a run, in words; `nil` if it is here as it was.
        fileprivate func difference(from here: [Plugin]) -> String? {
            if here.contains(where: { $0.sha256 == sha256 }) { return nil }
            if let other = here.first(where: { !Set($0.brings).isDisjoint(with: brings) }) {
                return "\(whole) was \(path) with the hash \(short)…, and is \(other.path) with \(other.short)…"
            }
            let isChanged = [path, file].contains { FileManager.default.fileExists(atPath: $0) }
            return "\(whole) came from \(path) (hash \(short)…), which "
                + (isThere ? "is not loaded" : isChanged ? "has changed since" : "is not there")
        }
    }

    /// Refuses to go on with other plugins than the run's own; more of them do no harm, as they are not used.
    func requirePlugins(_ here: [Plugin], of folder: String, to purpose: String) throws(RunError) {
        let differences = plugins.compactMap { $0.difference(from: here) }
        guard !differences.isEmpty else { return }
        throw RunError(
            .refused, "\(folder) cannot be \(purpose) with these plugins: \(differences.joined(separator: "; "))",
            help: "bring the files back as they were (run.json has their hashes) and name them with --plugin, or train "
                + "anew with what is there")
    }
}

extension Network {
    /// Everything that the network and its recipe take from plugins, as `layer conv`, `loss focal`.
    public var uses: Set<String> {
        var found: Set<String> = []
        func note(_ value: Value) {
            switch value {
            case .call(let call): note(call)
            case .list(let values): values.forEach { note($0) }
            // `activation: swish`: a word may be the name of a layer. One plugin too many is better than one too few.
            case .word(let word): found.insert("\(PluginKind.layer.rawValue) \(word)")
            default: break
            }
        }
        func note(_ call: PluginCall) {
            found.insert("\(call.kind.rawValue) \(call.name)")
            call.arguments.entries.forEach { note($0.value) }
        }
        for node in graph.nodes where !node.isInput {
            found.insert("\(PluginKind.layer.rawValue) \(node.kind)")
            node.arguments.entries.forEach { note($0.value) }
        }
        guard let recipe else { return found }
        for lesson in recipe.lessons {
            note(lesson.labeler)
            note(lesson.loss)
        }
        (recipe.preparations + recipe.augmentations).forEach { note($0) }
        recipe.training.entries.forEach { note($0.value) }
        return found
    }
}

import Foundation
import GraphIR

/// Runs that lie in folders, gathered into contenders.
public enum GatherRuns {
    /// The runs in a folder: the folder itself, or those below it, at most three levels deep, sorted by path.
    public static func folders(in path: String) -> [RunFolder] {
        folders(in: path, depth: 3)
    }

    private static func folders(in path: String, depth: Int) -> [RunFolder] {
        let folder = RunFolder(path)
        if folder.exists { return [folder] }
        guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return [] }
        return names.sorted().flatMap { name -> [RunFolder] in
            var isFolder: ObjCBool = false
            let inner = path + "/" + name
            guard FileManager.default.fileExists(atPath: inner, isDirectory: &isFolder), isFolder.boolValue else {
                return []
            }
            return folders(in: inner, depth: depth - 1)
        }
    }

    /// Reads evaluated runs and puts those of one network, one text, one set of overrides and plugins together.
    ///
    /// A run whose result does not hold any more, or that has none, is judged first, and that is said.
    ///
    /// - Parameters:
    ///   - plugins: those at hand for a run, and the registry that they are in.
    ///   - judging: how a run is judged, where it has to be.
    ///   - elsewhere: judges a run on something else than its own test split, where that is what is compared.
    ///   - say: hears what was done.
    public static func contenders(
        _ folders: [RunFolder], plugins: (RunRecord) throws -> (registry: Registry, loaded: [RunRecord.Plugin]),
        judging: (RunFolder) -> EvaluationRequest = EvaluationRequest.init(folder:),
        elsewhere: ((RunFolder) throws -> ResultPlace)? = nil, say: (String) -> Void = { _ in }
    ) throws -> [Contender] {
        var groups: [(key: String, runs: [Contender.Run])] = []
        for folder in folders {
            if elsewhere == nil { try refresh(folder, plugins: plugins, judging: judging, say: say) }
            let run = try Contender.Run(reading: folder, judged: elsewhere?(folder) ?? folder.result)
            let overrides = run.record.overrides.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            let strangers = run.record.plugins.map(\.sha256).sorted().joined(separator: " ")
            let key = [run.record.architecture, run.record.graphHash, overrides, strangers].joined(separator: "\n")
            let place = groups.firstIndex { group in
                group.key == key && !group.runs.contains { $0.record.seed == run.record.seed }
            }
            if let place { groups[place].runs.append(run) } else { groups.append((key, [run])) }
        }
        return try groups.map { group in
            let runs = group.runs.sorted { $0.record.seed < $1.record.seed }
            let first = runs[0]
            let (registry, loaded) = try plugins(first.record)
            try first.record.requirePlugins(loaded, of: first.folder.path, to: "compared")
            // What an older Strata compiled may not compile any more; its predictions can still be compared.
            let file = try? NetworkFile(first.record, of: first.folder, registry: registry, plugins: loaded)
            return Contender(name: first.record.architecture, file: file, runs: runs)
        }
    }

    private static func refresh(
        _ folder: RunFolder, plugins: (RunRecord) throws -> (registry: Registry, loaded: [RunRecord.Plugin]),
        judging: (RunFolder) -> EvaluationRequest, say: (String) -> Void
    ) throws {
        let record = try folder.record()
        let reasons = folder.staleness(record)
        guard !reasons.isEmpty else { return }
        say("\(folder.path): \(reasons.joined(separator: ", ")); it is judged anew")
        let (registry, loaded) = try plugins(record)
        try record.requirePlugins(loaded, of: folder.path, to: "judged")
        let file = try NetworkFile(record, of: folder, registry: registry, plugins: loaded)
        var request = judging(folder)
        request.overwrites = true
        _ = try evaluate(request, record: record, file: file)
        let left = folder.staleness(record)
        guard left.isEmpty else {
            throw RunError(
                .refused, "\(folder.path) cannot be judged on what it was trained on: \(left.joined(separator: ", "))",
                help: "bring \(record.data.path) back as it was, or train anew")
        }
    }

    /// The same contenders, each with a name of its own.
    public static func named(_ contenders: [Contender]) -> [Contender] {
        var used: Set<String> = []
        return contenders.map { contender in
            var contender = contender
            let name = contender.name.hasSuffix(".arch") ? String(contender.name.dropLast(5)) : contender.name
            var candidate = name
            var number = 2
            while !used.insert(candidate).inserted {
                candidate = "\(name) (\(number))"
                number += 1
            }
            contender.name = candidate
            return contender
        }
    }
}

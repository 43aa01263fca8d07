import Views
import Foundation
import GraphIR
import Kernels
import Seismic

extension RunFolder {
    /// Makes the folder and its parts; what is there stays.
    func make() throws {
        do {
            for part in ["", "/weights", "/checkpoint"] {
                try FileManager.default.createDirectory(atPath: path + part, withIntermediateDirectories: true)
            }
        } catch {
            throw RunError(.access, "\(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Removes what a frozen trunk left; a run that begins makes its own.
    func clearFeatures() throws { try remove([featureFolderPath]) }

    /// What a run leaves.
    private var parts: [String] {
        [
            recordPath, historyPath, bestWeightsPath, lastWeightsPath, checkpointPath, previousCheckpointPath,
            failurePath, testPath, predictionsPath, evaluationsPath, featureFolderPath, eventsPath,
        ]
    }

    /// Whether any part of a run is there, its record or not: what must not be written over unasked.
    var holdsRun: Bool { parts.contains { FileManager.default.fileExists(atPath: $0) } }

    var hasWeights: Bool {
        [bestWeightsPath, lastWeightsPath].contains { FileManager.default.fileExists(atPath: $0) }
    }

    /// How many bytes of checkpoints and weights are there already: what is written anew takes their place.
    var stateBytes: Int {
        [checkpointPath, previousCheckpointPath, bestWeightsPath, lastWeightsPath].reduce(0) { sum, path in
            let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber
            return sum + (size?.intValue ?? 0)
        }
    }

    /// Removes what a run leaves, and nothing else that may lie in the folder.
    func clear() throws { try remove(parts) }

    private func remove(_ files: [String]) throws {
        for file in files where FileManager.default.fileExists(atPath: file) {
            do {
                try FileManager.default.removeItem(atPath: file)
            } catch {
                throw RunError(.access, "\(file) cannot be replaced: \(error.localizedDescription)")
            }
        }
    }
}

extension RunRecord {
    /// The record of a training that is about to begin.
    init(_ request: TrainingRequest, data sides: TrainingData) {
        let session = sides.session
        let graph = session.graph
        network = graph.name
        architecture = request.architecture
        sources = session.file.sources
        graphHash = graph.meaningHash(session.registry)
        taughtBy = SHA256.hex(of: session.file.network.graph.taughtBy.utf8)
        parameters = session.layout.trainableCount
        overrides = session.file.overrides.map { Setting(key: $0.key, value: $0.value, origin: .commandLine) }
        settings = RunRecord.settings(session.file)
        data = Data(
            path: request.data, hash: sides.hash, fingerprint: sides.fingerprint.parts,
            everySample: sides.fingerprint.everySample,
            traces: Seismic.Split.allCases.map { .init(name: $0.rawValue, count: sides.splits.traces($0).count) })
        skipsBadTraces = request.skipsBadTraces
        seed = request.seed
        status = .running
        epochs = 0
        best = nil
        version = request.version
        machine =
            (request.program + [
                ("processors", String(ThreadPool.processors)), ("threads", String(session.threads)),
                ("system", ProcessInfo.processInfo.operatingSystemVersionString),
                ("memory", "\(ProcessInfo.processInfo.physicalMemory >> 20) MiB"),
            ]).map { Setting(key: $0.0, value: $0.1, origin: .standard) }
        plugins = session.file.plugins
        command = request.command
    }

    /// Every value that the run has, with who said it.
    static func settings(_ file: NetworkFile) -> [Setting] {
        let said = Set(file.overrides.map(\.key))
        func list(_ arguments: Arguments, prefix: String) -> [Setting] {
            arguments.entries.map { entry in
                let key = prefix + entry.name
                let isSaid = said.contains { $0 == key || $0.hasPrefix(key + ".") }
                let origin: Setting.Origin = isSaid ? .commandLine : entry.isExplicit ? .file : .standard
                return Setting(key: key, value: entry.value.whole, origin: origin)
            }
        }
        var settings = list(file.network.parameters, prefix: "")
        guard let recipe = file.network.recipe else { return settings }
        // These stand as one value each: one override within it makes it the command line's.
        func whole(_ key: String, _ value: String) {
            let isOverridden = said.contains { $0.hasPrefix(key + ".") }
            settings.append(Setting(key: key, value: value, origin: isOverridden ? .commandLine : .file))
        }
        for lesson in recipe.lessons {
            whole(
                "learn.\(lesson.output)",
                "\(lesson.labeler.whole) loss \(lesson.loss.whole) weight \(lesson.weight)")
        }
        for (key, calls) in [("prepare", recipe.preparations), ("augment", recipe.augmentations)] {
            whole(key, calls.map(\.whole).joined(separator: " -> "))
        }
        return settings + list(recipe.training, prefix: "train.")
    }
}

import GraphIR
import Seismic

/// What was trained, on what, and how: `run.json`, enough to do the run again and to refuse what does not belong to it.
public struct RunRecord: Sendable, Equatable {
    public enum Status: String, Sendable { case running, interrupted, failed, done }

    /// One text of the architecture: the file itself and what it uses.
    public struct Source: Sendable, Equatable {
        public var path: String
        public var text: String
        public init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }
    /// One value and who said it.
    public struct Setting: Sendable, Equatable {
        public enum Origin: String, Sendable {
            case file, standard = "default", commandLine = "command line"
        }
        public var key: String
        public var value: String
        public var origin: Origin
    }
    public struct Data: Sendable, Equatable {
        public var path: String
        /// Of the traces and their places in the splits: equal hashes, equal data.
        public var hash: String
        /// The digests that the hash is of, so that what differs can be named; empty in records of older versions.
        public var fingerprint: [DatasetFingerprint.Part: String] = [:]
        /// Of every sample, where `--strict` looked at all of them.
        public var everySample: String?
        /// How many traces each split has.
        public var traces: [Split]
        public struct Split: Sendable, Equatable {
            public var name: String
            public var count: Int
        }
    }
    public struct Best: Sendable, Equatable {
        public var epoch: Int
        public var loss: Double
    }

    public var network: String
    /// As given on the command line.
    public var architecture: String
    public var sources: [Source]
    /// Of the graph's meaning.
    public var graphHash: String
    /// Of how its weights start, their penalties, and what the file freezes; `nil` in records that do not say.
    public var taughtBy: String?
    /// Trainable weights.
    public var parameters: Int
    /// `--set` pairs and everything else that was overridden, enough to compile the same network again.
    public var overrides: [Setting]
    public var settings: [Setting]
    public var data: Data
    /// Whether traces that cannot be used were left out; `nil` in records that do not say.
    public var skipsBadTraces: Bool?
    public var seed: Int
    public var status: Status
    public var epochs: Int
    public var best: Best?
    public var version: String
    /// Processor, system, threads: what explains the times.
    public var machine: [Setting]
    /// Strangers' plugins that the network asks for or uses.
    public var plugins: [Plugin] = []
    public var command: [String]
}

extension RunRecord {
    /// Says one of its settings anew, as the command line does.
    public mutating func settle(_ key: String, to value: String) {
        overrides.removeAll { $0.key == key }
        overrides.append(Setting(key: key, value: value, origin: .commandLine))
    }
}

extension RunRecord {
    /// Format 2 says how weights begin, whether bad traces were left out, and what program it was.
    static let format = 2

    public var json: JSON {
        func list(_ settings: [Setting]) -> JSON {
            .array(
                settings.map {
                    ["key": .string($0.key), "value": .string($0.value), "from": .string($0.origin.rawValue)]
                })
        }
        return [
            "format": .int(RunRecord.format), "network": .string(network), "architecture": .string(architecture),
            "hash": .string(graphHash), "taught_by": taughtBy.map { .string($0) } ?? .null,
            "parameters": .int(parameters), "status": .string(status.rawValue),
            "seed": .int(seed), "epochs": .int(epochs),
            "best": best.map { ["epoch": .int($0.epoch), "dev_loss": .number($0.loss)] } ?? .null,
            "data": [
                "path": .string(data.path), "hash": .string(data.hash),
                "parts": .object(
                    DatasetFingerprint.Part.allCases.compactMap { part in
                        data.fingerprint[part].map { JSON.Member(part.rawValue, .string($0)) }
                    }), "every_sample": data.everySample.map { .string($0) } ?? .null,
                "traces": .object(data.traces.map { JSON.Member($0.name, .int($0.count)) }),
            ],
            "skips_bad_traces": skipsBadTraces.map { .bool($0) } ?? .null, "settings": list(settings),
            "overrides": list(overrides), "version": .string(version),
            "machine": list(machine), "plugins": .array(plugins.map(\.json)),
            "command": .array(command.map { .string($0) }),
            "sources": .array(sources.map { ["path": .string($0.path), "text": .string($0.text)] }),
        ]
    }

    /// Reads what `json` wrote; `path` is named where something is missing.
    public init(json: JSON, path: String) throws(RunError) {
        func need<T>(_ value: T?, _ key: String) throws(RunError) -> T {
            guard let value else { throw RunError(.badData, "\(path) has no '\(key)', or another kind of it") }
            return value
        }
        func list(_ key: String) throws(RunError) -> [Setting] {
            var settings: [Setting] = []
            for entry in try need(json[key]?.array, key) {
                settings.append(
                    Setting(
                        key: try need(entry["key"]?.string, key), value: try need(entry["value"]?.string, key),
                        origin: try need(entry["from"]?.string.flatMap(Setting.Origin.init), key)))
            }
            return settings
        }
        let format = try need(json["format"]?.int, "format")
        guard (1...RunRecord.format).contains(format) else {
            throw RunError(.badData, "\(path) has format \(format); this program reads up to \(RunRecord.format)")
        }
        network = try need(json["network"]?.string, "network")
        architecture = try need(json["architecture"]?.string, "architecture")
        graphHash = try need(json["hash"]?.string, "hash")
        taughtBy = json["taught_by"]?.string
        skipsBadTraces = json["skips_bad_traces"]?.bool
        parameters = try need(json["parameters"]?.int, "parameters")
        status = try need(json["status"]?.string.flatMap(Status.init), "status")
        seed = try need(json["seed"]?.int, "seed")
        epochs = try need(json["epochs"]?.int, "epochs")
        best = nil
        if let found = json["best"], found != .null {
            best = Best(
                epoch: try need(found["epoch"]?.int, "best"), loss: try need(found["dev_loss"]?.double, "best"))
        }
        let stored = try need(json["data"], "data")
        var splits: [Data.Split] = []
        for member in try need(stored["traces"]?.members, "data.traces") {
            splits.append(Data.Split(name: member.key, count: try need(member.value.int, "data.traces")))
        }
        data = Data(
            path: try need(stored["path"]?.string, "data.path"), hash: try need(stored["hash"]?.string, "data.hash"),
            fingerprint: RunRecord.parts(stored["parts"]), everySample: stored["every_sample"]?.string, traces: splits)
        settings = try list("settings")
        overrides = try list("overrides")
        version = try need(json["version"]?.string, "version")
        machine = try list("machine")
        plugins = []
        for plugin in try need(json["plugins"]?.array, "plugins") {
            plugins.append(try need(Plugin(json: plugin), "plugins"))
        }
        command = try need(json["command"]?.array, "command").compactMap(\.string)
        sources = []
        for source in try need(json["sources"]?.array, "sources") {
            sources.append(
                Source(path: try need(source["path"]?.string, "path"), text: try need(source["text"]?.string, "text")))
        }
    }

    private static func parts(_ json: JSON?) -> [DatasetFingerprint.Part: String] {
        var parts: [DatasetFingerprint.Part: String] = [:]
        for part in DatasetFingerprint.Part.allCases { parts[part] = json?[part.rawValue]?.string }
        return parts
    }
}

extension RunRecord {
    /// `interrupted after 3 epochs`; `nil` for a run that came to its end.
    public var unfinished: String? {
        let after = "after \(epochs) \(epochs == 1 ? "epoch" : "epochs")"
        return switch status {
        case .done: nil
        case .running: "still running or killed, \(after)"
        case .interrupted: "interrupted \(after)"
        case .failed: "failed \(after)"
        }
    }
}

extension RunRecord {
    /// The data that it was trained on, or others. Damaged records that its training left out of its own are left out
    /// again.
    public func openData(
        _ other: String? = nil, registry: Registry, skippingBad: Bool = false
    ) throws -> any Dataset {
        let isOwn = other == nil || other == data.path
        return try openDataset(
            other ?? data.path, registry: registry, skippingBad: skippingBad || isOwn && skipsBadTraces == true)
    }
}

import GraphIR

/// What makes a training the one that it is: facts with names, each of one part, so that two trainings can be asked in
/// which of them they differ. Everybody who asks for "the same training" asks here, and names what does not count.
public struct TrainingIdentity: Sendable, Equatable {
    /// What a fact is about.
    public enum Part: String, CaseIterable, Sendable {
        /// What the network computes.
        case network
        /// How its weights start, their penalties, and what the file freezes.
        case beginning
        /// The values of the file's own parameters; what they lead to is in the other parts.
        case parameters
        /// What is learned from which labels by which loss, how windows are prepared and augmented.
        case recipe
        /// The `train` section, but for how long.
        case training
        /// How long it trains.
        case length
        /// Strangers' plugins, by their content.
        case plugins
        /// Where the data are.
        case place
        /// What the data are.
        case data
        case seed
    }

    public struct Fact: Sendable, Equatable {
        public var part: Part
        public var name: String
        /// `nil` where nobody recorded it: it is like nothing, not even like another that was not recorded.
        public var value: String?
    }

    /// One fact in which two trainings differ.
    public struct Difference: Sendable, Equatable, CustomStringConvertible {
        public var part: Part
        public var name: String
        public var now: String?
        public var then: String?

        public var description: String {
            func short(_ text: String?) -> String { text.map { String($0.prefix(60)) } ?? "not recorded" }
            // A hash tells people nothing.
            let isOpaque = [.network, .beginning, .data].contains(part) && now != nil && then != nil
            return isOpaque ? name : "\(name) (\(short(then)), not \(short(now)))"
        }
    }

    public private(set) var facts: [Fact]

    /// In what this training differs from one that was recorded.
    public func differences(from then: TrainingIdentity, except exempt: Set<Part>) -> [Difference] {
        var names: [String] = []
        for fact in facts + then.facts where !exempt.contains(fact.part) && !names.contains(fact.name) {
            names.append(fact.name)
        }
        return names.compactMap { name in
            let (here, there) = (self[name], then[name])
            if let here, let there, here.value != nil, here.value == there.value { return nil }
            let part = here?.part ?? there?.part ?? .training
            return Difference(part: part, name: name, now: here?.value, then: there?.value)
        }
    }

    public subscript(name: String) -> Fact? { facts.first { $0.name == name } }
}

extension Set<TrainingIdentity.Part> {
    /// A run may be trained for longer, and its data may have moved; it is still the run that it was.
    static var goingOn: Self { [.length, .place, .parameters, .beginning] }
    /// A trial is known by its folder before its data are open; how long it trained is looked at by itself.
    static var sameTrial: Self { [.length, .data, .beginning] }
    /// Two networks that differ in these alone are one network trained twice: their difference is chance.
    static var twin: Self { [.seed, .place, .data, .parameters] }
}

// MARK: - Whose it is

extension TrainingIdentity {
    /// Of a training that is about to begin.
    init(_ file: NetworkFile, dataPath: String?, dataHash: String?, seed: Int?) {
        self.init(
            graphHash: file.network.graph.meaningHash(file.registry),
            taughtBy: SHA256.hex(of: file.network.graph.taughtBy.utf8), settings: RunRecord.settings(file),
            plugins: file.plugins, dataPath: dataPath, dataHash: dataHash, seed: seed)
    }

    /// Of a run.
    ///
    /// - Parameter network: what its texts compile to, for records that do not say how weights begin.
    init(_ record: RunRecord, network: Network? = nil) {
        self.init(
            graphHash: record.graphHash.isEmpty ? nil : record.graphHash,
            taughtBy: record.taughtBy ?? network.map { SHA256.hex(of: $0.graph.taughtBy.utf8) },
            settings: record.settings, plugins: record.plugins, dataPath: record.data.path, dataHash: record.data.hash,
            seed: record.seed)
    }

    private init(
        graphHash: String?, taughtBy: String?, settings: [RunRecord.Setting], plugins: [RunRecord.Plugin],
        dataPath: String?, dataHash: String?, seed: Int?
    ) {
        facts = [
            Fact(part: .network, name: "network", value: graphHash),
            Fact(part: .beginning, name: "start and penalties of the weights", value: taughtBy),
        ]
        // What neither changes what is computed nor what comes of it.
        let free = [TrainSection.cache.name, TrainSection.checkpoint.name].map { "train.\($0)" }
        for setting in settings where !free.contains(setting.key) {
            facts.append(Fact(part: Part(ofSetting: setting.key), name: setting.key, value: setting.value))
        }
        let strangers = Set(plugins.map(\.sha256)).sorted().joined(separator: " ")
        facts += [
            Fact(part: .plugins, name: "plugins", value: strangers), Fact(part: .place, name: "data", value: dataPath),
            Fact(part: .data, name: "data's content", value: dataHash),
            Fact(part: .seed, name: "seed", value: seed.map(String.init)),
        ]
    }
}

extension TrainingIdentity.Part {
    fileprivate init(ofSetting key: String) {
        if key == "train.\(TrainSection.epochs.name)" {
            self = .length
        } else if key.hasPrefix("train.") {
            self = .training
        } else if key == "prepare" || key == "augment" || key.hasPrefix("learn.") {
            self = .recipe
        } else {
            self = .parameters
        }
    }
}

extension Graph {
    /// What the hash of the meaning leaves out, with all else that layers say: how weights start, penalties, and what
    /// is frozen.
    var taughtBy: String {
        nodes.map { node in
            let arguments = node.arguments.entries.map { "\($0.name): \($0.value.whole)" }.joined(separator: ", ")
            return "\(node.kind)(\(arguments)) \(node.isTrainable)"
        }.sorted().joined(separator: "\n")
    }
}

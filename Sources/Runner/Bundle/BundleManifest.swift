import GraphIR

/// What a bundle says of itself: `manifest.json`, the only member that no other vouches for, so its hash is the
/// bundle's identity.
public struct BundleManifest: Sendable, Equatable {
    static let format = 1
    public static let fileName = "manifest.json"
    /// How far two machines may be apart where the bundle does not say.
    public static let tolerance = 5e-5

    /// Another member with what its bytes must be.
    public struct Member: Sendable, Equatable {
        public var name: String
        public var size: Int
        public var sha256: String
    }
    /// One text of the architecture: as other texts name it, and the member that holds it.
    public struct Source: Sendable, Equatable {
        public var path: String
        public var member: String
    }
    public struct Override: Sendable, Equatable {
        public var key: String
        public var value: String
    }
    /// What whoever made it says of it.
    public struct Origin: Sendable, Equatable {
        public var name: String
        public var version: String
        public var authors: [String]
        public var citation: String?
        /// SPDX; `none given` where nobody said.
        public var licence: String
        public init(name: String, version: String, authors: [String], citation: String?, licence: String?) {
            (self.name, self.version, self.authors) = (name, version, authors)
            (self.citation, self.licence) = (citation, licence ?? "none given")
        }
    }
    public struct Example: Sendable, Equatable {
        /// Where the numbers are from: made from a seed, or given.
        public var from: String
        /// By the order of the network's inputs.
        public var inputs: [Source]
        public var output: String
        public var processor: String
        public var tolerance: Double
    }

    public var origin: Origin
    /// Of the network's meaning.
    public var hash: String
    /// Of the numbers alone.
    public var tensors: String
    public var sources: [Source]
    public var overrides: [Override]
    /// What the network takes and answers, as it says itself.
    public var interface: JSON
    public var preparation: [String]
    public var thresholds: JSON
    /// Name, hash and counts of what it was trained on; `null` where nobody knows.
    public var data: JSON
    /// The numbers of `test.json`, each with its definition; `null` where it was not judged.
    public var result: JSON
    /// Other models that it came from, as their files were called.
    public var parents: JSON
    public var plugins: [RunRecord.Plugin]
    public var example: Example
    /// How records are picked with it, with a short one as the example; `nil` where it is no picker.
    public var picking: Picking?
    public var program: String
    public var members: [Member]

    public var json: JSON {
        [
            "format": .int(BundleManifest.format), "name": .string(origin.name), "version": .string(origin.version),
            "authors": .array(origin.authors.map { .string($0) }),
            "citation": origin.citation.map { .string($0) } ?? .null, "licence": .string(origin.licence),
            "hash": .string(hash), "tensors_sha256": .string(tensors), "network": interface,
            "sources": .array(sources.map(\.json)),
            "overrides": .array(overrides.map { ["key": .string($0.key), "value": .string($0.value)] }),
            "prepare": .array(preparation.map { .string($0) }), "thresholds": thresholds, "data": data,
            "result": result, "parents": parents, "plugins": .array(plugins.map(\.json)),
            "example": [
                "from": .string(example.from), "inputs": .array(example.inputs.map(\.json)),
                "output": .string(example.output), "processor": .string(example.processor),
                "tolerance": .number(example.tolerance),
            ],
            "picking": picking?.json ?? .null, "strata": .string(program),
            "members": .array(
                members.map { ["name": .string($0.name), "size": .int($0.size), "sha256": .string($0.sha256)] }),
        ]
    }

    public var bytes: [UInt8] { Array((json.text(indented: true) + "\n").utf8) }

    /// Reads what `json` wrote; `path` is named where something is missing.
    public init(json: JSON, path: String) throws(RunError) {
        func need<T>(_ value: T?, _ key: String) throws(RunError) -> T {
            guard let value else {
                throw RunError(.badData, "\(path): the manifest has no '\(key)', or another kind of it")
            }
            return value
        }
        func list<T>(_ json: JSON?, _ key: String, _ read: (JSON) -> T?) throws(RunError) -> [T] {
            var found: [T] = []
            for entry in try need(json?.array, key) { found.append(try need(read(entry), key)) }
            return found
        }
        let format = try need(json["format"]?.int, "format")
        guard format == BundleManifest.format else {
            throw RunError(
                .badData, "\(path) is a bundle of format \(format); this program reads format \(BundleManifest.format)",
                help: "a newer Strata reads it")
        }
        origin = Origin(
            name: try need(json["name"]?.string, "name"), version: try need(json["version"]?.string, "version"),
            authors: try list(json["authors"], "authors", \.string), citation: json["citation"]?.string,
            licence: try need(json["licence"]?.string, "licence"))
        hash = try need(json["hash"]?.string, "hash")
        tensors = try need(json["tensors_sha256"]?.string, "tensors_sha256")
        interface = try need(json["network"], "network")
        sources = try list(json["sources"], "sources", Source.init(json:))
        overrides = try list(json["overrides"], "overrides") { entry in
            guard let key = entry["key"]?.string, let value = entry["value"]?.string else { return nil }
            return Override(key: key, value: value)
        }
        preparation = try list(json["prepare"], "prepare", \.string)
        thresholds = json["thresholds"] ?? .null
        data = json["data"] ?? .null
        result = json["result"] ?? .null
        parents = json["parents"] ?? .null
        plugins = try list(json["plugins"], "plugins", RunRecord.Plugin.init(json:))
        let stored = try need(json["example"], "example")
        example = Example(
            from: try need(stored["from"]?.string, "example.from"),
            inputs: try list(stored["inputs"], "example.inputs", Source.init(json:)),
            output: try need(stored["output"]?.string, "example.output"),
            processor: try need(stored["processor"]?.string, "example.processor"),
            tolerance: try need(stored["tolerance"]?.double, "example.tolerance"))
        if let picking = json["picking"], picking != .null {
            self.picking = try need(Picking(json: picking), "picking")
        }
        program = try need(json["strata"]?.string, "strata")
        members = try list(json["members"], "members") { entry in
            guard let name = entry["name"]?.string, let size = entry["size"]?.int,
                let sha256 = entry["sha256"]?.string
            else { return nil }
            return Member(name: name, size: size, sha256: sha256)
        }
        // A tolerance that lets everything pass would make the example worthless.
        guard example.tolerance > 0, example.tolerance <= 1e-3 else {
            throw RunError(.badData, "\(path): a tolerance of \(example.tolerance) is none; at most 0.001 is")
        }
    }
}

extension BundleManifest {
    init(
        origin: Origin, hash: String, tensors: String, sources: [Source], overrides: [Override], interface: JSON,
        preparation: [String], facts: BundleFacts, plugins: [RunRecord.Plugin], example: Example, program: String
    ) {
        (self.origin, self.hash, self.tensors) = (origin, hash, tensors)
        (self.sources, self.overrides, self.interface) = (sources, overrides, interface)
        (self.preparation, self.thresholds, data) = (preparation, facts.thresholds, facts.data)
        (result, parents, self.plugins) = (facts.result, facts.parents, plugins)
        (self.example, self.program, members) = (example, program, [])
    }
}

extension BundleManifest.Source {
    var json: JSON { ["name": .string(path), "member": .string(member)] }
    init?(json: JSON) {
        guard let path = json["name"]?.string, let member = json["member"]?.string else { return nil }
        self.init(path: path, member: member)
    }
}

/// What is known of a network's weights beside their numbers.
public struct BundleFacts: Sendable {
    public var thresholds = JSON.null
    public var data = JSON.null
    public var result = JSON.null
    public var parents = JSON.null
    public init() {}
}

import Compiler
import Files
import Foundation
import GraphIR
import Interpreter

/// A network with its weights and all that one has to know of them, in one file that a colleague can check: a zip of
/// members as they are, whose manifest has the hash of every other.
///
/// What is read is a stranger's: a bundle is taken only if it is, byte for byte, what writing its members again gives,
/// so that nothing can hide in it and no two programs see different things.
public struct ModelBundle: Sendable {
    public static let weightsMember = "weights.safetensors"
    static let manifestLimit = 16 << 20
    static let memberLimit = 1000

    public let path: String
    public let manifest: BundleManifest
    /// Of the manifest, which has the hashes of all else.
    public let identity: String
    /// All members in their order, the manifest first.
    public let members: [(name: String, contents: [UInt8])]

    /// Whether a file is called a bundle, or begins as one.
    public static func isBundle(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            return false
        }
        if path.hasSuffix(".strata") { return true }
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        let start = (try? handle.read(upToCount: 30 + BundleManifest.fileName.utf8.count)) ?? Data()
        return start.starts(with: [0x50, 0x4B, 3, 4]) && start.dropFirst(30).elementsEqual(BundleManifest.fileName.utf8)
    }

    public init(reading path: String) throws {
        try self.init(FileBytes(mapping: path), path: path)
    }

    init(_ file: FileBytes, path: String) throws {
        self.path = path
        let found = try ZipArchive.checkedMembers(of: file)
        try BundleNames.check(found.map(\.name), in: path)
        guard found.count <= ModelBundle.memberLimit else {
            throw RunError(
                .badData, "\(path) has \(found.count) members; a bundle has at most \(ModelBundle.memberLimit)")
        }
        guard let first = found.first(where: { $0.name == BundleManifest.fileName }) else {
            throw RunError(.badData, "\(path) is no bundle: it has no manifest.json")
        }
        guard first.size <= ModelBundle.manifestLimit else {
            throw RunError(.badData, "\(path): a manifest of \(first.size) bytes is too large")
        }
        let bytes = try ModelBundle.stored(first, in: file)
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch {
            throw RunError(.badData, "\(path): the manifest is not JSON: \(error)")
        }
        manifest = try BundleManifest(json: json, path: path)
        identity = SHA256.hex(of: bytes)
        members = [(BundleManifest.fileName, bytes)] + (try ModelBundle.checked(found, manifest, in: file))
        guard try ZipArchive.stored(members).elementsEqual(file.bytes(0, file.count)) else {
            throw RunError(
                .badData, "\(path) holds more than its members, or holds them in another order or way",
                help: "only strata bundle make writes bundles: a bundle that was packed again is none")
        }
    }

    /// The members that the manifest names, in its order, each with the size and hash that it says; no other may be
    /// there.
    private static func checked(
        _ found: [ZipArchive.Member], _ manifest: BundleManifest, in file: FileBytes
    ) throws -> [(name: String, contents: [UInt8])] {
        let listed = manifest.members.map(\.name)
        guard Set(listed).count == listed.count else {
            throw RunError(.badData, "\(file.name): the manifest names a member twice")
        }
        if let stray = found.first(where: { $0.name != BundleManifest.fileName && !listed.contains($0.name) }) {
            throw RunError(.badData, "\(file.name): the member '\(stray.name)' is not in the manifest")
        }
        return try manifest.members.map { member in
            guard let entry = found.first(where: { $0.name == member.name }), member.name != BundleManifest.fileName
            else {
                throw RunError(.badData, "\(file.name): the member '\(member.name)' of the manifest is missing")
            }
            let contents = try stored(entry, in: file)
            let sha256 = SHA256.hex(of: contents)
            guard sha256 == member.sha256, contents.count == member.size else {
                throw RunError(
                    .badData,
                    "\(file.name): the member '\(member.name)' was altered: its SHA-256 is \(sha256) "
                        + "(\(contents.count) bytes), the manifest says \(member.sha256) (\(member.size) bytes)",
                    help: "ask whoever sent it for the file again")
            }
            return (member.name, contents)
        }
    }

    /// The bytes of a member, which may not be packed: nothing can become larger than the file is.
    private static func stored(_ member: ZipArchive.Member, in file: FileBytes) throws -> [UInt8] {
        guard member.method == 0, member.size == member.packedSize else {
            throw RunError(
                .badData, "\(file.name): the member '\(member.name)' is packed; those of a bundle are not")
        }
        var header = try ByteReader(file, at: member.offset)
        try header.skip(26)
        let nameLength = try header.u16()
        try header.skip(nameLength + (try header.u16()))
        return try file.bytes(header.offset, member.size)
    }

    /// A member by its name.
    public func contents(_ name: String) throws(RunError) -> [UInt8] {
        guard let member = members.first(where: { $0.name == name }) else {
            throw RunError(.badData, "\(path) has no member '\(name)', which its manifest speaks of")
        }
        return member.contents
    }

    /// The texts that the network is compiled from, the network's own first.
    public var sources: [RunRecord.Source] {
        get throws(RunError) {
            var texts: [RunRecord.Source] = []
            for source in manifest.sources {
                texts.append(
                    .init(path: source.path, text: String(decoding: try contents(source.member), as: UTF8.self)))
            }
            return texts
        }
    }
    /// What the network was changed by when it was compiled.
    public var overrides: [(key: String, value: String)] { manifest.overrides.map { ($0.key, $0.value) } }

    public var weightsBytes: [UInt8] {
        get throws(RunError) { try contents(ModelBundle.weightsMember) }
    }

    /// The arrays, with the notes that travel with them: thresholds, preparation, the data's hash.
    public func weightsFile() throws(RunError) -> Safetensors {
        do { return try Safetensors(weightsBytes) } catch let error as RunError { throw error } catch {
            throw RunError(.badData, "\(path), \(ModelBundle.weightsMember): \(error)")
        }
    }

    /// Compiles the network from the texts in the bundle. `plugins` are those in the registry; all that the bundle
    /// names must be among them. What the manifest says of the network must be what it is.
    public func networkFile(registry: Registry = .builtIn, plugins: [RunRecord.Plugin] = []) throws -> NetworkFile {
        for plugin in manifest.plugins where !plugins.contains(where: { $0.sha256 == plugin.sha256 }) {
            throw RunError(
                .badData,
                "\(path) wants the plugin \(plugin.path) (\(plugin.brings.joined(separator: ", "))) with the SHA-256 "
                    + "\(plugin.sha256), which is not loaded",
                help: "a bundle carries no code: get the file from whoever made it, and name it with --plugin")
        }
        let network: Network
        do {
            network = try NetworkFile.compiled(
                sources, settings: overrides, plugins: manifest.plugins, registry: registry, of: path)
        } catch let error as RunError {
            throw RunError(.badData, "\(path): its architecture does not compile\n\(error.message)")
        }
        let hash = network.graph.meaningHash(registry)
        guard hash == manifest.hash else {
            throw RunError(
                .badData, "\(path): the manifest says that the hash of the network is \(manifest.hash), it is \(hash)")
        }
        let interface = network.bundleInterface
        guard interface == manifest.interface else {
            throw RunError(
                .badData,
                "\(path): the manifest says that the network is \(manifest.interface.text()), it is "
                    + interface.text())
        }
        return NetworkFile(
            name: manifest.origin.name, network: network, sources: try sources, overrides: overrides,
            registry: registry, plugins: manifest.plugins)
    }

    /// The weights for the network that `networkFile` gave.
    public func weights(for graph: Graph) throws -> Weights {
        let file = try weightsFile()
        let tensors = file.tensorsSHA256
        guard tensors == manifest.tensors else {
            throw RunError(
                .badData,
                "\(path): the manifest says that the hash of the numbers is \(manifest.tensors), it is "
                    + tensors)
        }
        do { return try Weights(file, layout: WeightLayout(graph)) } catch {
            throw RunError(.badData, "\(path): its weights do not fit its network: \(error)")
        }
    }

    /// One line for a paper: `PhaseNet 1, Strata bundle 1a2b3c4d-…`.
    public var identityLine: String {
        "\(shown(manifest.origin.name)) \(shown(manifest.origin.version)), Strata bundle "
            + ModelBundle.grouped(identity)
    }

    /// 64 digits in eight groups.
    static func grouped(_ hash: String) -> String {
        let digits = Array(hash)
        return stride(from: 0, to: digits.count, by: 8)
            .map { String(digits[$0..<min($0 + 8, digits.count)]) }.joined(separator: "-")
    }
}

/// Names that may stand in a bundle: paths below it, each once, also where capitals do not count.
enum BundleNames {
    static func check(_ names: [String], in path: String) throws(RunError) {
        var seen: Set<String> = []
        for name in names {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            let isPlain = name.unicodeScalars.allSatisfy {
                $0.isASCII && $0.value > 32 && $0.value < 127 && !"\\:*?\"<>|".unicodeScalars.contains($0)
            }
            guard isPlain, name.utf8.count <= 200, !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
            else { throw RunError(.badData, "\(path): '\(name)' is no name for a member of a bundle") }
            guard seen.insert(name.lowercased()).inserted else {
                throw RunError(.badData, "\(path): the member '\(name)' is there twice")
            }
        }
    }
}

extension Network {
    /// What the network takes and answers, in JSON.
    var bundleInterface: JSON {
        let outputs = graph.outputs.map { output -> JSON in
            let lesson = recipe?.lessons.first { $0.output == output.name }
            return [
                "name": .string(output.name), "shape": .string("\(graph.nodes[output.node].type.shape)"),
                "learns": lesson.map { .string($0.labeler.description) } ?? .null,
            ]
        }
        return [
            "name": .string(graph.name),
            "inputs": .array(
                graph.inputs.map { input in
                    [
                        "name": .string(input.path), "shape": .string("\(input.type.shape)"),
                        "rate_hz": input.type.rate.map { .number($0) } ?? .null,
                    ]
                }), "outputs": .array(outputs),
        ]
    }
}

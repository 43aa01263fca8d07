/// What a plugin's file puts into the executable: a function that hands its type to a registry.
///
/// A built-in and a stranger's plugin say it in the same line:
/// ```swift
/// @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Conv.self, $0) }
/// ```
/// The linker gathers these words of all files; no list is kept by hand.
public typealias PluginEntry = @convention(c) (UnsafeMutableRawPointer) -> Void

/// Every plugin by kind and name: made once and handed around as a value.
public struct Registry: Sendable {
    /// Two plugins of one kind asked for one name.
    public struct NameTaken: Error, Hashable, Sendable {
        public var kind: PluginKind
        public var name: String
        /// Where the first and the second came from (`built-in`, or a file's path).
        public var origins: [String]
    }

    private struct Entry: Sendable {
        var plugin: any Plugin.Type
        var origin: String
        /// Of the file that it was read from; empty for those that are built in.
        var sha256: String
    }
    private var entries: [PluginKind: [String: Entry]] = [:]

    public init() {}

    /// All plugins that are linked into this program.
    public static let builtIn: Registry = {
        var registry = Registry()
        for plugin in gather(from: sectionBounds()) {
            // Two built-ins of one name are a fault of ours, which the house's own tests find.
            try? registry.add(plugin, from: "built-in")
        }
        return registry
    }()

    /// Adds a plugin; a name that is taken is refused.
    public mutating func add(
        _ plugin: any Plugin.Type, from origin: String, sha256: String = ""
    ) throws(NameTaken) {
        let signature = plugin.signature
        if let first = entries[signature.kind]?[signature.name] {
            throw NameTaken(kind: signature.kind, name: signature.name, origins: [first.origin, origin])
        }
        entries[signature.kind, default: [:]][signature.name] = Entry(plugin: plugin, origin: origin, sha256: sha256)
    }

    public subscript(kind: PluginKind, name: String) -> (any Plugin.Type)? { entries[kind]?[name]?.plugin }

    /// Where a plugin came from: `built-in`, or the path of a file.
    public func origin(_ kind: PluginKind, _ name: String) -> String? { entries[kind]?[name]?.origin }

    /// The strangers' plugins of one kind, each with the SHA-256 of its file.
    public func strangers(_ kind: PluginKind) -> [String: String] {
        (entries[kind] ?? [:]).mapValues(\.sha256).filter { !$0.value.isEmpty }
    }

    public func layer(_ name: String) -> (any LayerSignature.Type)? {
        entries[.layer]?[name]?.plugin as? any LayerSignature.Type
    }
    /// What a plugin says of itself, with the names of all activations where it takes one.
    public func signature(_ kind: PluginKind, _ name: String) -> Signature? {
        self[kind, name]?.signature.named(in: self)
    }
    /// What a setting that takes an activation may say: `none`, and the layers that treat every number alone.
    public var activationWords: [String] {
        ["none"] + names(.layer).filter { layer($0) is any ActivationSignature.Type }
    }

    /// The names of one kind, sorted.
    public func names(_ kind: PluginKind) -> [String] { (entries[kind] ?? [:]).keys.sorted() }
    /// All plugins of one kind, sorted by name.
    public func plugins(_ kind: PluginKind) -> [any Plugin.Type] { names(kind).compactMap { self[kind, $0] } }
}

// MARK: - How files enter

extension Registry {
    private final class Collection {
        var plugins: [any Plugin.Type] = []
    }

    /// For a `PluginEntry` only: puts a plugin into the collection that the entry was called with.
    public static func enter(_ plugin: any Plugin.Type, _ collection: UnsafeMutableRawPointer) {
        Unmanaged<Collection>.fromOpaque(collection).takeUnretainedValue().plugins.append(plugin)
    }

    /// The plugins that the entries between two addresses name.
    public static func gather(from bounds: Range<UnsafeRawPointer>) -> [any Plugin.Type] {
        let collection = Collection()
        let raw = Unmanaged.passUnretained(collection).toOpaque()
        let words = (bounds.upperBound - bounds.lowerBound) / MemoryLayout<UnsafeRawPointer>.size
        for index in 0..<words {
            let entry = bounds.lowerBound.load(
                fromByteOffset: index * MemoryLayout<UnsafeRawPointer>.size, as: PluginEntry?.self)
            entry?(raw)
        }
        return withExtendedLifetime(collection) { collection.plugins }
    }

    /// Where the program's own entries lie. Names of a section that a library lacks lead here.
    public static var section: Range<UnsafeRawPointer> { sectionBounds() }

    private static func sectionBounds() -> Range<UnsafeRawPointer> {
        let start = unsafeBitCast(firstPluginEntry as @convention(c) () -> Void, to: UnsafeRawPointer.self)
        let end = unsafeBitCast(endOfPluginEntries as @convention(c) () -> Void, to: UnsafeRawPointer.self)
        return start..<end
    }

    /// A program without any plugin still has a section.
    @section("strata_plugins") @used private static let none: PluginEntry = { _ in }
}

// The linker defines these two as the ends of the section; they are addresses, never called.
@_extern(c, "__start_strata_plugins") private func firstPluginEntry()
@_extern(c, "__stop_strata_plugins") private func endOfPluginEntries()

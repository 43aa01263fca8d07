import GraphIR

/// What compiling one text gave: the network, if there is one without errors, and everything that was noticed.
public struct Compilation: Sendable {
    /// `nil` after an error, and for a file that declares only blocks.
    public var network: Network?
    public var diagnostics: [Diagnostic]
    /// The texts that places point into; the first is the one that was asked for.
    public var files: [SourceFile]
    /// Swift files that the text wants to use as plugins, with where it says so.
    public var pluginRequests: [PluginRequest]

    public init(
        network: Network? = nil, diagnostics: [Diagnostic] = [], files: [SourceFile] = [],
        pluginRequests: [PluginRequest] = []
    ) {
        self.network = network
        self.diagnostics = diagnostics
        self.files = files
        self.pluginRequests = pluginRequests
    }

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// `use plugin "ricker.swift"`: who compiles must say whether strangers' code may run.
public struct PluginRequest: Hashable, Sendable {
    /// Relative to where the reader of files stands, as the path of the text itself is.
    public var path: String
    public var place: Place
    public init(path: String, place: Place) {
        self.path = path
        self.place = place
    }
}

/// From a text to a checked network. Never throws and never traps: whatever is wrong is a diagnostic.
///
/// - `settings` are overrides as a command line says them: `filters` = `[8, 8]`, `train.epochs` = `5`.
/// - `allowedPlugins`: the Swift files that were built and loaded before; asking for another is an error.
/// - `read` hands in the bytes of a path; the compiler itself touches no file.
public func compile(
    path: String, registry: Registry = .builtIn, settings: [(key: String, value: String)] = [],
    allowedPlugins: Set<String> = [], read: (String) throws -> [UInt8]
) -> Compilation {
    Compilation(diagnostics: [Diagnostic("E0101", at: .nowhere, "the compiler is being built")])
}

/// Compiles a text that is at hand; `use` in it finds nothing.
public func compile(
    text: String, path: String = "text.arch", registry: Registry = .builtIn,
    settings: [(key: String, value: String)] = []
) -> Compilation {
    compile(path: path, registry: registry, settings: settings, read: { wanted in
        guard wanted == path else { throw NoSuchFile() }
        return Array(text.utf8)
    })
}

struct NoSuchFile: Error {}

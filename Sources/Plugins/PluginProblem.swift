import GraphIR

/// Why a plugin is not used: one clear message, and what to do about it. The host goes on unharmed.
public struct PluginProblem: PlainError, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// The file cannot be read, or there is no toolchain to build it with.
        case unavailable
        /// The source does not compile.
        case doesNotCompile
        /// Built for another interface, another build, another machine; or not a plugin at all.
        case doesNotFit
        /// It crashed, hung, or took too much memory when it was tried.
        case misbehaves
        /// It runs, and breaks a law that every plugin keeps.
        case breaksLaws
        /// Another plugin has its name.
        case nameTaken
        /// Nobody said that it may run.
        case notAllowed
    }
    public var kind: Kind
    public var path: String
    public var reason: String
    public var help: String?

    public var status: ExitStatus { kind == .unavailable ? .inputOutput : .no }
    public var message: String { "plugin \(path): \(reason)" }

    public init(_ kind: Kind, _ path: String, _ reason: String, help: String? = nil) {
        self.kind = kind
        self.path = path
        self.reason = reason
        self.help = help
    }

    public var description: String { message + (help.map { "\n  help: \($0)" } ?? "") }
}

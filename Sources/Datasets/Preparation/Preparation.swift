import GraphIR

/// One step between a trace as recorded and what a network sees; it travels with the weights.
public protocol Preparation: PreparationSignature {
    /// Steps that only level and scale (`demean`, `normalize`) come after augmentation when they end the chain, so that
    /// a network sees windows of one scale whatever was added to them. Others act on the whole trace before it is cut.
    static var isLevelling: Bool { get }
    /// What it makes sense for.
    static var takes: Set<SampleKind> { get }
    func apply(to window: inout Window) throws
    /// What it does, with every number, in one line: goes into `run.json`.
    var statement: String { get }
}

extension Preparation {
    public static var isLevelling: Bool { false }
    public static var takes: Set<SampleKind> { [.seismogram] }
}

/// Why a trace cannot be prepared as the network asks.
public struct PreparationError: PlainError, Hashable, Sendable, CustomStringConvertible {
    public var status: ExitStatus { .badData }
    public var message: String
    public var help: String?
    public init(_ message: String, help: String) {
        self.message = message
        self.help = help
    }
    public var description: String { message + (help.map { " (\($0))" } ?? "") }
}

/// An error in words for the person who asked: how the program ends by it, what is wrong and, where somebody knows,
/// what to do. Every error that can reach a person is one, whatever room it comes from; what else is thrown is a
/// mistake of the program's own.
public protocol PlainError: Error {
    var status: ExitStatus { get }
    /// What is wrong, without a final stop; several lines where there is a list.
    var message: String { get }
    var help: String? { get }
}

extension PlainError {
    public var help: String? { nil }
}

extension PlainError where Self: CustomStringConvertible {
    public var message: String { description }
}

/// The statuses that scripts rely on: docs/debugging.md tells what each means.
public enum ExitStatus: Int32, Sendable {
    case done = 0
    case no = 1
    case usage = 64
    case badData = 65
    case fault = 70
    case inputOutput = 74
    case interrupted = 130

    /// Whether it says that there is no answer, rather than that the answer is no.
    public var isFailure: Bool { ![.done, .no].contains(self) }
}

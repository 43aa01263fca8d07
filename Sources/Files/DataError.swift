import GraphIR

/// What is wrong with a file of seismograms: which file, which trace, which byte, what was expected there and what was
/// found.
public struct DataError: PlainError, Hashable, Sendable, CustomStringConvertible {
    public enum Cause: Hashable, Sendable {
        /// The bytes are there and make no sense.
        case content
        /// The file could not be read or written at all.
        case access
        /// What was asked for cannot be: a kind of synthetic data that there is not, a window of no length.
        case request
    }
    public var cause: Cause
    public var file: String
    /// The trace by its name, where one is concerned.
    public var trace: String?
    /// The offset in the file at which the expectation was not met.
    public var byte: Int?
    public var expected: String
    public var found: String
    /// What to type or change, where somebody knows.
    public var help: String?

    public init(
        _ cause: Cause = .content, file: String, trace: String? = nil, byte: Int? = nil, expected: String,
        found: String, help: String? = nil
    ) {
        self.cause = cause
        self.file = file
        self.trace = trace
        self.byte = byte
        self.expected = expected
        self.found = found
        self.help = help
    }

    public var status: ExitStatus {
        switch cause {
        case .content: .badData
        case .access: .inputOutput
        case .request: .usage
        }
    }

    /// The same finding, said of a trace.
    public func about(trace: String) -> DataError {
        var error = self
        error.trace = error.trace ?? trace
        return error
    }

    /// The same finding, with what to do about it.
    public func helped(_ help: String) -> DataError {
        var error = self
        error.help = error.help ?? help
        return error
    }

    public var description: String {
        var place = shown(file)
        if let trace { place += ", trace '\(shown(trace))'" }
        if let byte { place += ", byte \(byte)" }
        return "\(place): expected \(told(expected)), found \(told(found))"
    }
}

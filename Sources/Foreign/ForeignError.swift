import GraphIR

/// Why a model of another framework cannot come in or a network cannot go out, in the reader's words.
public struct ForeignError: PlainError, Hashable, Sendable, CustomStringConvertible {
    public enum Cause: Hashable, Sendable {
        /// What stands in the file: damaged, not what it seems, or without an equivalent.
        case content
        /// What was asked for: a choice that the reader has to make.
        case request
        /// The answer is no: a check that was not met.
        case failed
    }
    public var cause: Cause
    public private(set) var message: String
    public private(set) var help: String?

    public var status: ExitStatus {
        switch cause {
        case .content: .badData
        case .request: .usage
        case .failed: .no
        }
    }

    /// - Parameters:
    ///   - message: one line, whatever names of the file are in it.
    ///   - lines: further ones, each of which stays one.
    public init(_ cause: Cause = .content, _ message: String, lines: [String] = [], help: String? = nil) {
        self.cause = cause
        self.message = ([message] + lines).map { told($0) }.joined(separator: "\n")
        self.help = help.map { told($0) }
    }
    public var description: String { message + (help.map { "\nhelp: " + $0 } ?? "") }
}

/// JSON within a foreign file; what is none is told with its place.
func parsedJSON(_ bytes: [UInt8], of name: String) throws(ForeignError) -> JSON {
    do {
        return try JSON(parsing: bytes)
    } catch {
        throw ForeignError(.content, "\(name) is not JSON: \(error.expected) expected at byte \(error.offset)")
    }
}

import GraphIR
import Ranks

/// Why a training, an evaluation or the reading of a run ended early, in words for the person who asked for it.
public struct RunError: PlainError, Hashable, Sendable, CustomStringConvertible {
    public enum Cause: Hashable, Sendable {
        /// What was asked does not fit together: the file, the data, the settings.
        case refused
        /// The question itself is wrong: a name that there is not.
        case request
        /// What was read makes no sense.
        case badData
        /// A file could not be read or written.
        case access
        /// The numbers ran away: a loss or a gradient is not finite.
        case notFinite
    }
    public var cause: Cause
    public var message: String
    public var help: String?

    public var status: ExitStatus {
        switch cause {
        case .refused, .notFinite: .no
        case .request: .usage
        case .badData: .badData
        case .access: .inputOutput
        }
    }

    public init(_ cause: Cause, _ message: String, help: String? = nil) {
        self.cause = cause
        self.message = RunError.shown(message)
        self.help = help.map(RunError.shown)
    }

    /// Each line as it may stand on a terminal: names in it come from files.
    private static func shown(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { GraphIR.shown($0) }.joined(separator: "\n")
    }

    public var description: String { message + (help.map { " (\($0))" } ?? "") }
}

/// `Ranks` knows no other room, and so no words that all share.
extension RanksError: PlainError {
    public var status: ExitStatus { .inputOutput }
}

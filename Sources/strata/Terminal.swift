import Foundation
import GraphIR
import Synchronization

/// Where results and notes go: results on standard output, everything else on standard error.
enum Terminal {
    /// When there are colours.
    enum Color: String, CaseIterable, Sendable { case auto, always, never }
    /// As `--color` says; set once, before a command runs.
    nonisolated(unsafe) static var color = Color.auto

    /// Of several processes that do one thing together only the first speaks.
    nonisolated(unsafe) static var isSilent = false

    static func isInteractive(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }
    static func hasColor(_ descriptor: Int32) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: isInteractive(descriptor) && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
        }
    }
    /// How many columns there are; 80 where nobody can say.
    static var width: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return Int(ProcessInfo.processInfo.environment["COLUMNS"] ?? "") ?? 80
    }

    /// Whether anything was written to standard output.
    nonisolated(unsafe) private(set) static var hasPrinted = false
    /// What the system said when standard output could not be written.
    nonisolated(unsafe) private static var failure: Int32 = 0

    /// Why results did not get where they were sent; `nil` if they did, or if whoever read them has gone.
    static var outputProblem: String? {
        failure == 0 || failure == EPIPE
            ? nil : "standard output could not be written: \(String(cString: strerror(failure)))"
    }

    /// A result, on standard output.
    static func print(_ text: String) { write(shownLines(text) + "\n", to: STDOUT_FILENO) }
    /// A note or an error, on standard error.
    static func note(_ text: String) { write(shownLines(text) + "\n", to: STDERR_FILENO) }

    /// What every trial of a comparison would repeat is said by the first.
    static func noteOnce(_ text: String) {
        if said.withLock({ $0.insert(text).inserted }) { note(text) }
    }
    private static let said = Mutex<Set<String>>([])

    static func write(_ text: String, to descriptor: Int32) {
        if isSilent { return }
        var bytes = Array(text.utf8)[...]
        let isResult = descriptor == STDOUT_FILENO
        if isResult { hasPrinted = true }
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                // Notes that nobody reads are no loss; results that got nowhere are.
                if isResult, failure == 0 { failure = errno }
                return
            }
            bytes = bytes.dropFirst(written)
        }
    }

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case cyan = "36"
    }
    static func styled(_ text: String, _ styles: Style..., on descriptor: Int32 = STDOUT_FILENO) -> String {
        guard hasColor(descriptor), !styles.isEmpty else { return text }
        return "\u{1B}[" + styles.map(\.rawValue).joined(separator: ";") + "m" + text + "\u{1B}[0m"
    }
}

/// What a command itself says when it ends without what was asked for.
struct Exit: PlainError {
    var status: ExitStatus
    var message: String
    var help: String?
    init(_ status: ExitStatus, _ message: String, help: String? = nil) {
        self.status = status
        self.message = message
        self.help = help
    }

    /// What is said of any error: its own words, or that it is a fault of the program.
    init(_ error: any Error) {
        guard let error = error as? any PlainError else {
            self.init(.fault, "\(error)")
            return
        }
        self.init(error.status, error.message, help: error.help)
    }
}

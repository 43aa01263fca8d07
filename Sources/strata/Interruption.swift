import Foundation

/// Ctrl-C, a polite kill, and a terminal that closes: the work finishes its step, saves, and ends with 130.
enum Interruption {
    nonisolated(unsafe) private static var asked: sig_atomic_t = 0

    static var isAsked: Bool { asked != 0 }

    /// The second Ctrl-C ends at once, as people expect; a scheduler says SIGTERM as often as it likes before it kills,
    /// and that saves all the same. A signal that whoever started the program told it to ignore
    /// stays ignored: `nohup`, and shells that start work in the background, rely on it.
    ///
    /// What the parent has blocked is heard again: some runtimes start their children with every signal blocked, and a
    /// training that nobody can stop but by force would lose what it did since its last checkpoint.
    static func watch() {
        var heard = sigset_t()
        sigemptyset(&heard)
        defer { pthread_sigmask(SIG_UNBLOCK, &heard, nil) }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            guard sigaction(number, nil, &action) == 0, !isIgnored(action) else { continue }
            sigaddset(&heard, number)
            signal(number) { number in
                Interruption.asked = 1
                if number == SIGINT { signal(number, SIG_DFL) }
            }
        }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        return handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

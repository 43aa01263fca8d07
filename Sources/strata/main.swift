import Foundation
import GraphIR
import Kernels

// A full disk or a closed pipe is an error to report, not a reason to die.
signal(SIGPIPE, SIG_IGN)
signal(SIGXFSZ, SIG_IGN)
keepFreedMemory()
if let word = Words.notText {
    Terminal.note("error: \(word) is no UTF-8, which names of files and all else here must be")
    exit(ExitStatus.usage.rawValue)
}
exit(strata(Array(CommandLine.arguments.dropFirst())).rawValue)

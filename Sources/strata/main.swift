import Foundation
import Kernels

// A full disk or a closed pipe is an error to report, not a reason to die.
signal(SIGPIPE, SIG_IGN)
signal(SIGXFSZ, SIG_IGN)
keepFreedMemory()
exit(strata(Array(CommandLine.arguments.dropFirst())).rawValue)

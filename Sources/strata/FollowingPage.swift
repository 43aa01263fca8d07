import Compiler
import Foundation
import GraphIR
import LanguageServer
import Views

/// `strata show --watch`: the picture of a network on a page that follows the file, for people whose editor does not
/// speak with `strata lsp`.
enum FollowingPage {
    static func run(_ call: Invocation<NetworkOptions>) throws -> ExitStatus {
        let path = try OpenNetwork.path(of: call.operands[0], in: call.path)
        guard let folder = PreviewFolder() else {
            throw Exit(.inputOutput, "there is no folder for the page", help: "XDG_RUNTIME_DIR or TMPDIR names one")
        }
        defer { folder.remove() }
        // An interruption is the ordinary end: the page goes with it.
        signal(SIGINT) { _ in FollowingPage.stop() }
        signal(SIGTERM) { _ in FollowingPage.stop() }
        var seen: [String: Date] = [:]
        var isTold = false
        while !isStopped {
            let now = (try? ArchitectureFiles.modificationDates([path])) ?? [:]
            if now != seen, !now.isEmpty {
                seen = now
                var plugins = try PluginUse(call.everywhere.plugin)
                let compilation = try plugins.compile(path, settings: call.set)
                if let graph = compilation.network?.graph {
                    guard let page = folder.write(path, GraphDrawing(graph).svg) else {
                        throw Exit(.inputOutput, "the page cannot be written")
                    }
                    if !isTold { Terminal.print("file://" + page) }
                    isTold = true
                } else {
                    let count = compilation.diagnostics.count { $0.severity == .error }
                    Terminal.note("\(path): \(count == 1 ? "an error" : "\(count) errors"), see 'strata check \(path)'")
                }
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return .done
    }

    // What a signal may touch: one word.
    nonisolated(unsafe) private static var stopped: sig_atomic_t = 0
    private static func stop() { stopped = 1 }
    private static var isStopped: Bool { stopped != 0 }
}

import Compiler
import Foundation
import GraphIR

/// `strata check`: whether architecture files hold together, all mistakes of all files in one go.
enum CheckCommand: Command {
    static let name = "check"
    static let otherWords = ["lint", "verify", "compile"]
    static let summary = "Find every mistake in architecture files."
    static let operands = "PATH…"
    static let operandCount = 1...10_000
    struct Options: OptionGroup {
        let fix = Option<Bool>("--fix", "Apply the changes that the messages offer, where there is one for a mistake.")
        let watch = Option<Bool>("--watch", "Check again whenever a file is saved.")
        let set = Option<Overrides>.set
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata check architectures", says: "Every .arch file below the folder."),
        (line: "strata check mine.arch --watch", says: "Stay, and check again on every save."),
        (line: "strata check mine.arch --fix", says: "Correct what can be corrected without asking."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        if call.fix { try ArchitectureFiles.fix(call.operands, plugins: call.everywhere.plugin) }
        guard call.watch else { return try report(check(call), call) }
        if call.json { throw Exit(.usage, "--watch and --json do not go together") }
        return try watch(call)
    }

    /// All files that the operands name, checked with one library, so that shared files are read once.
    private static func check(_ call: Invocation<Options>) throws -> Checked {
        let paths = try ArchitectureFiles.below(call.operands)
        let library = Library(read: OpenNetwork.read)
        let named = try PluginUse(call.everywhere.plugin)
        var neighbours: [String: PluginUse] = [:]
        var checked = Checked(count: paths.count)
        for path in paths {
            // What lies beside one file lies beside all of its folder; what it asks for is not there for the next.
            let folder = (path as NSString).deletingLastPathComponent
            var plugins = try neighbours[folder] ?? named.withNeighbours(of: path)
            neighbours[folder] = plugins
            func compiled() -> Compilation {
                compile(
                    path: path, library: library, registry: plugins.registry, settings: call.set,
                    allowedPlugins: plugins.paths)
            }
            var compilation = compiled()
            if try plugins.loadRequests(of: compilation) { compilation = compiled() }
            if let missing = compilation.diagnostics.first(where: { $0.place == .nowhere }) {
                throw Exit(.inputOutput, missing.message, help: missing.notes.first)
            }
            for diagnostic in compilation.diagnostics where !checked.diagnostics.contains(diagnostic) {
                checked.diagnostics.append(diagnostic)
            }
        }
        checked.files = library.files
        return checked
    }

    private struct Checked {
        var count: Int
        var diagnostics: [Diagnostic] = []
        var files: [SourceFile] = []
        var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
    }

    private static func report(_ checked: Checked, _ call: Invocation<Options>) -> ExitStatus {
        if call.json {
            Terminal.print(JSON.array(checked.diagnostics.map { json($0, files: checked.files) }).text(indented: true))
            return checked.hasErrors ? .no : .done
        }
        let color = Terminal.hasColor(STDOUT_FILENO)
        let width = Terminal.isInteractive(STDOUT_FILENO) ? Terminal.width : .max
        for diagnostic in checked.diagnostics {
            Terminal.print(render(diagnostic, files: checked.files, color: color, width: width) + "\n")
        }
        Terminal.print(verdict(checked))
        return checked.hasErrors ? .no : .done
    }

    private static func verdict(_ checked: Checked) -> String {
        func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
        let errors = checked.diagnostics.count { $0.severity == .error }
        let warnings = checked.diagnostics.count { $0.severity == .warning }
        let found = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { count($0.0, $0.1) }
        let files = count(checked.count, "file")
        if found.isEmpty { return Terminal.styled("\(files) checked, nothing to complain about", .green) }
        let mendable = checked.diagnostics.count { $0.certainFix != nil }
        let hint =
            mendable > 0 ? "; 'strata check --fix' mends \(mendable == 1 ? "one of them" : "\(mendable) of them")" : ""
        return Terminal.styled(
            "\(files) checked: \(found.joined(separator: ", "))", .bold, errors > 0 ? .red : .yellow) + hint
    }

    // MARK: - Watching

    /// Checks, waits for a file to change, and checks again until interrupted.
    private static func watch(_ call: Invocation<Options>) throws -> ExitStatus {
        // What is not there at the start is a mistake; later an editor may take a file away for a moment.
        var seen: [String: Date] = [:]
        var now = try ArchitectureFiles.modificationDates(call.operands)
        while true {
            if now != seen, !now.isEmpty {
                if Terminal.isInteractive(STDOUT_FILENO) { Terminal.write("\u{1B}[2J\u{1B}[H", to: STDOUT_FILENO) }
                do {
                    _ = report(try check(call), call)
                } catch let error as any PlainError {
                    Terminal.note(error.message)
                }
                seen = now
            }
            now = (try? ArchitectureFiles.modificationDates(call.operands)) ?? [:]
            Thread.sleep(forTimeInterval: 0.1)
        }
    }
}

import Foundation
import GraphIR

/// Tries a plugin in a child process with limits on time and memory, so that one that traps, hangs or devours memory
/// ends there and not here. What passed is remembered by content.
public struct PluginProbe {
    public var host: PluginHost
    /// Processor seconds, wall seconds, and bytes of address space that a plugin gets to show itself.
    public var processorSeconds: UInt = 20
    public var seconds: Double = 60
    public var memory: UInt = 6 << 30

    /// `STRATA_PROBE_SECONDS` and `STRATA_PROBE_MEMORY` (bytes) set other limits.
    public init(host: PluginHost) {
        self.host = host
        let environment = ProcessInfo.processInfo.environment
        if let limit = environment["STRATA_PROBE_SECONDS"].flatMap(UInt.init) { processorSeconds = limit }
        if let limit = environment["STRATA_PROBE_MEMORY"].flatMap(UInt.init) { memory = limit }
    }

    /// What the child says: what the library brings, which laws it breaks, or why it cannot be loaded.
    public struct Report: Sendable {
        public var plugins: [String]
        public var violations: [String]
        var problem: String?
    }

    /// Throws unless the library passed, now or before.
    func requirePassed(_ library: PluginBuilder.Library) throws {
        guard let stamp = Stamp.own else { return }
        let key = SHA256.hex(of: "\(library.sha256) \(stamp.words)".utf8).prefix(20)
        let record = "\(try host.builder.ownCache(for: library.source))/passed-\(key)"
        if FileManager.default.fileExists(atPath: record) { return }
        host.note("trying \(library.source) in a process of its own")
        let violations = try run(library).violations
        if let first = violations.first {
            let rest = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
            throw PluginProblem(
                .breaksLaws, library.source, first + rest, help: "strata plugin test \(library.source) tells all of it")
        }
        _ = FileManager.default.createFile(atPath: record, contents: Data())
    }

    /// Runs the generic laws on everything that the library brings.
    public func run(_ library: PluginBuilder.Library) throws -> Report {
        let child = try Child.run(
            Executable.path, ["plugin", "probe", library.path, library.source], seconds: seconds,
            environment: [
                "STRATA_PROBE_MEMORY": String(memory), "STRATA_PROBE_SECONDS": String(processorSeconds),
                "SWIFT_BACKTRACE": "enable=no",
            ])
        switch child.ending {
        case .exited(0): break
        case .exited(let status):
            throw PluginProblem(
                .misbehaves, library.source, "it ended the process that tried it, with status \(status)",
                help: "a plugin must not call exit")
        case .ranTooLong:
            throw PluginProblem(
                .misbehaves, library.source, "it did not come to an end in \(Int(seconds)) seconds",
                help: "look for a loop that never ends")
        case .signalled(let signal): throw died(library, signal, child.errors)
        }
        guard let answer = PluginProbe.answer(from: child.output) else {
            throw PluginProblem(.misbehaves, library.source, "it ended the process that tried it without an answer")
        }
        if let problem = answer.problem { throw PluginProblem(.doesNotFit, library.source, problem) }
        return answer
    }

    private func died(_ library: PluginBuilder.Library, _ signal: Int32, _ errors: String) -> PluginProblem {
        let last = errors.split(separator: "\n").last { $0.contains("Fatal error") }.map { ": \($0)" } ?? ""
        switch signal {
        case SIGXCPU, SIGKILL:
            return PluginProblem(
                .misbehaves, library.source, "it did not come to an end in \(processorSeconds) processor seconds",
                help: "look for a loop that never ends")
        case SIGABRT where errors.contains("memory") || errors.contains("alloc"):
            return PluginProblem(
                .misbehaves, library.source, "it asked for more than \(memory >> 30) GiB of memory",
                help: "look for an allocation that grows with every call")
        case SIGSEGV, SIGBUS:
            return PluginProblem(
                .misbehaves, library.source, "it touched memory that is not its own (\(signalName(signal)))\(last)")
        default:
            return PluginProblem(
                .misbehaves, library.source, "it crashed when it was tried (\(signalName(signal)))\(last)")
        }
    }

    // MARK: - The child's side

    /// Loads the library under limits, runs the laws and prints the answer: `strata plugin probe`.
    ///
    /// - Parameter laws: what is wrong with plugins named as `kind name`, in words.
    public static func answerAsChild(
        library path: String, source: String, laws: (_ plugins: [String], Registry) -> [String]
    ) {
        limitYourself()
        let library = PluginBuilder.Library(source: source, path: path, sha256: "", isFresh: false)
        var registry = Registry.builtIn
        var answer = Report(plugins: [], violations: [], problem: nil)
        do {
            let loaded = try PluginHost().open(library, into: &registry)
            answer.plugins = loaded.plugins
            answer.violations = laws(loaded.plugins, registry)
        } catch let problem as PluginProblem {
            answer.problem = problem.reason
        } catch {
            answer.problem = "\(error)"
        }
        let json: JSON = .object([
            .init("plugins", .array(answer.plugins.map(JSON.string))),
            .init("violations", .array(answer.violations.map(JSON.string))),
            .init("problem", answer.problem.map(JSON.string) ?? .null),
        ])
        print("\n" + answerMark + json.text())
    }

    private static let answerMark = "strata-probe: "

    private static func answer(from output: [UInt8]) -> Report? {
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        guard let line = lines.last(where: { $0.hasPrefix(answerMark) }),
            let json = try? JSON(parsing: Array(line.utf8.dropFirst(answerMark.utf8.count)))
        else { return nil }
        return Report(
            plugins: (json["plugins"]?.array ?? []).compactMap(\.string),
            violations: (json["violations"]?.array ?? []).compactMap(\.string), problem: json["problem"]?.string)
    }

    private static func limitYourself() {
        let environment = ProcessInfo.processInfo.environment
        let limits: [(String, Int32)] = [
            ("STRATA_PROBE_MEMORY", Int32(RLIMIT_AS.rawValue)), ("STRATA_PROBE_SECONDS", Int32(RLIMIT_CPU.rawValue)),
            ("STRATA_PROBE_CORE", Int32(RLIMIT_CORE.rawValue)),
        ]
        for (name, resource) in limits {
            let value = environment[name].flatMap(UInt.init) ?? (name == "STRATA_PROBE_CORE" ? 0 : UInt.max)
            var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
            setrlimit(__rlimit_resource_t(UInt32(resource)), &limit)
        }
    }
}

private func signalName(_ signal: Int32) -> String {
    switch signal {
    case SIGILL: "illegal instruction: a Swift trap"
    case SIGTRAP: "a Swift trap"
    case SIGSEGV: "segmentation fault"
    case SIGBUS: "bus error"
    case SIGABRT: "abort"
    case SIGFPE: "arithmetic error"
    default: "signal \(signal)"
    }
}

import Foundation
import GraphIR
import Plugins
import Runner

/// `strata plugin`: makes, builds, tries and allows plugins.
enum PluginCommand: Command {
    static let name = "plugin"
    static let summary = "Make, build, test and allow plugins of your own."
    static let operands = "new NAME | build FILE | test FILE | allow FILE | list"
    static let operandCount = 1...3
    enum Language: String, CaseIterable { case swift, c }

    struct Options: OptionGroup {
        let kind = Option<String>(
            "--kind", "KIND", "What 'new' writes an example of: \(.words).", standard: "layer",
            among: PluginTemplate.kinds)
        let language = Option<Language>(
            "--language", "NAME", "What it is written in: swift (default), or c for a layer.", standard: .swift)
        let overwrite = Option<Bool>.overwrite
    }
    static let examples: [(line: String, says: String)] = [
        ("strata plugin new ricker", "Write ricker.swift, a layer with everything a layer has."),
        ("strata plugin new my_error --kind metric", "Write my_error.swift, a metric to begin from."),
        ("strata plugin test ricker.swift", "Build it, allow it, and check the laws that every plugin keeps."),
        ("strata check my.arch --plugin ricker.swift", "Use it for one command without allowing it for good."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let verbs: [String: (Invocation<Options>) throws -> ExitStatus] = [
            "new": new, "build": build, "test": test, "allow": allow, "list": list, "probe": probe,
        ]
        guard let verb = verbs[call.operands[0]] else {
            let near = nearestName(to: call.operands[0], among: ["new", "build", "test", "allow", "list"])
            throw Exit(
                .usage, "'plugin' does not know '\(call.operands[0])'", help: near.map { "did you mean '\($0)'?" })
        }
        return try verb(call)
    }

    private static func operand(_ call: Invocation<Options>, _ what: String) throws -> String {
        guard call.operands.count == 2 else { throw Exit(.usage, "'plugin \(call.operands[0])' needs one \(what)") }
        return call.operands[1]
    }

    private static func new(_ call: Invocation<Options>) throws -> ExitStatus {
        let name = try operand(call, "NAME")
        guard PluginTemplate.isName(name) else {
            throw Exit(
                .usage, "'\(name)' is not a name for a plugin", help: "small letters, digits and _, a letter first")
        }
        let language = call.language.rawValue
        guard let template = PluginTemplate.find(kind: call.kind, language: language) else {
            throw Exit(.usage, "only a layer can be written in C, not a \(call.kind)", help: "--language swift")
        }
        var files = [("\(name).\(language)", template.source(name: name))]
        if call.language == .c { files.append(("strata_layer.h", CDoor.header)) }
        for (path, _) in files where FileManager.default.fileExists(atPath: path) && !call.overwrite {
            throw Exit(.inputOutput, "\(path) exists already", help: "give another name, or --overwrite")
        }
        for (path, text) in files {
            do {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            } catch {
                throw Exit(.inputOutput, "\(path) cannot be written: \(error.localizedDescription)")
            }
            Terminal.print("wrote \(path)")
        }
        Terminal.note("next: strata plugin test \(files[0].0)")
        return .done
    }

    private static func build(_ call: Invocation<Options>) throws -> ExitStatus {
        let file = try operand(call, "FILE")
        let source = try PluginSource(reading: file)
        try Permissions().allow(source)
        let library = try PluginBuilder(note: Terminal.note).library(for: source)
        Terminal.print(library.isFresh ? "built \(file)" : "\(file) was built before and has not changed")
        return .done
    }

    private static func test(_ call: Invocation<Options>) throws -> ExitStatus {
        let file = try operand(call, "FILE")
        let source = try PluginSource(reading: file)
        try Permissions().allow(source)
        let host = PluginHost(builder: PluginBuilder(note: Terminal.note), note: Terminal.note)
        let library = try host.builder.library(for: source)
        try host.check(library)
        let report = try PluginProbe(host: host).run(library)
        for name in report.plugins { Terminal.print("\(name)") }
        for violation in report.violations { Terminal.print("  broken: \(violation)") }
        if report.violations.isEmpty { Terminal.print("  keeps every law") }
        return report.violations.isEmpty ? .done : .no
    }

    private static func allow(_ call: Invocation<Options>) throws -> ExitStatus {
        let file = try operand(call, "FILE")
        try Permissions().allow(PluginSource(reading: file))
        Terminal.print("allowed \(file) as it is now; a change asks again")
        return .done
    }

    private static func list(_ call: Invocation<Options>) throws -> ExitStatus {
        for entry in try Permissions().entries() { Terminal.print("\(entry.sha256.prefix(12))  \(entry.path)") }
        return .done
    }

    /// What a parent process asks of its child; not for people.
    private static func probe(_ call: Invocation<Options>) throws -> ExitStatus {
        guard call.operands.count == 3 else { throw Exit(.usage, "'plugin probe' needs a library and its source") }
        PluginProbe.answerAsChild(library: call.operands[1], source: call.operands[2]) {
            PluginLaws.violations(of: $0, in: $1)
        }
        return .done
    }
}

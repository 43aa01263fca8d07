import Files
import Foundation
import GraphIR
import Interpreter
import Runner
import Seismic
import Views

/// `strata bundle make`: a network with its weights and all that is known of them, in one file.
enum BundleMakeCommand: Command {
    static let name = "bundle make"
    static let summary = "Put a network, its weights and what is known of them into one file to pass on."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options = [
        Option("--out", "F.strata", "Where the bundle goes."),
        .modelWeights,
        Option(
            "--example", "FILE", "[NAME=]X.npy, an input of the example, prepared, batch first; or a short record.",
            repeats: true),
        Option("--name", "NAME", "What it is called (default: the network's name)."),
        Option("--release", "TEXT", "Its version (default 1)."),
        Option("--author", "NAME", "Who made it.", repeats: true),
        Option("--cite", "TEXT", "What to cite."),
        Option("--licence", "SPDX", "The licence of the weights, as CC-BY-4.0."),
        .set, .overwrite, .path, .plugin, .json,
    ]
    static let examples = [
        (
            line: "strata bundle make runs/eqt --out eqt.strata --author \"A. Person\" --licence CC-BY-4.0",
            says: "a run's best weights with its preparation, thresholds and numbers"
        )
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard let target = call.value("--out") else { throw Exit(.usage, "bundle make needs --out F.strata") }
        let bundle = try reporting {
            let model = try ModelDoor(call)
            let origin = BundleManifest.Origin(
                name: call.value("--name") ?? model.file.network.graph.name, version: call.value("--release") ?? "1",
                authors: call.all("--author"), citation: call.value("--cite"), licence: call.value("--licence"))
            var order = BundleOrder(
                file: model.file, weights: try model.weights(), origin: origin, program: "strata \(strataVersion)")
            order.notes = model.stored
            let given = call.all("--example")
            let records = given.filter { WaveformFile.isOne($0) }
            guard records.count < 2 else {
                throw Exit(.usage, "a bundle has one record for an example, not \(records.count)")
            }
            order.inputs = try NetworkRun.arrays(given.filter { !records.contains($0) })
            order.record = records.first
            let bytes = model.folder == nil ? nil : FileManager.default.contents(atPath: model.weightsPath)
            order.facts = try BundleFacts(
                model.folder, notes: model.stored, weightsSHA256: bytes.map { SHA256.hex(of: $0) },
                registry: model.file.registry)
            try NetworkRun.write(
                bytes: ModelBundle.make(order), to: target, overwrite: call.has(Option.overwrite.name))
            return try ModelBundle(reading: target)
        }
        BundleShowCommand.say(bundle, call)
        if call.value("--licence") == nil { Terminal.note("note: no licence is given: --licence SPDX says one") }
        return .done
    }
}

/// `strata bundle show`.
enum BundleShowCommand: Command {
    static let name = "bundle show"
    static let summary = "Say what a bundle holds, and the line that names it in a paper."
    static let operands = "F.strata"
    static let operandCount = 1...1
    static let options: [Option] = [.json]
    static let examples = [(line: "strata bundle show eqt.strata", says: "its card and its identity")]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let bundle = try reporting { try ModelBundle(reading: call.operands[0]) }
        say(bundle, call)
        return .done
    }

    static func say(_ bundle: ModelBundle, _ call: Invocation) {
        if call.has("--json") {
            let answer: JSON = [
                "identity": .string(bundle.identity), "line": .string(bundle.identityLine),
                "manifest": bundle.manifest.json,
            ]
            return Terminal.print(answer.text(indented: true))
        }
        Terminal.print(bundle.identityLine)
        for line in bundle.summary {
            Terminal.print(Wording.wrapped(line, width: Terminal.width, head: "  ").joined(separator: "\n"))
        }
        if FileManager.default.fileExists(atPath: bundle.path + ".sig") {
            Terminal.print("  a signature lies beside, unchecked: ssh-keygen -Y verify -n strata checks it")
        }
    }
}

/// `strata bundle verify`.
enum BundleVerifyCommand: Command {
    static let name = "bundle verify"
    static let summary = "Check every hash of a bundle, run its example on this machine and pick its record."
    static let operands = "F.strata"
    static let operandCount = 1...1
    static let options: [Option] = [
        Option("--identity", "HEX", "The identity that it must have, with or without dashes."), .threads, .plugin,
        .json,
    ]
    static let examples = [(line: "strata bundle verify eqt.strata", says: "1 where the example comes out otherwise")]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let plugins = try PluginUse(call)
        let (bundle, verdict) = try reporting {
            let bundle = try ModelBundle(reading: call.operands[0])
            if let wanted = call.value("--identity"), wanted.lowercased().filter({ $0 != "-" }) != bundle.identity {
                throw Exit(.no, "\(bundle.path) is another bundle: its identity is \(bundle.identity), not \(wanted)")
            }
            let threads = try NetworkRun.threads(call)
            return (
                bundle,
                try bundle.verify(registry: plugins.registry, plugins: plugins.records, threads: threads)
            )
        }
        if call.has("--json") {
            let differences = verdict.differences.map { JSON.Member($0.output, .number($0.largest)) }
            let answer: JSON = [
                "identity": .string(bundle.identity), "members": .int(bundle.manifest.members.count),
                "differences": .object(differences), "tolerance": .number(verdict.tolerance),
                "ok": .bool(verdict.isMet), "picks": verdict.picks?.json ?? .null,
            ]
            Terminal.print(answer.text(indented: true))
        } else {
            for line in verdict.lines(bundle) { Terminal.print(line) }
        }
        return verdict.isMet ? .done : .no
    }
}

/// `strata bundle unpack`.
enum BundleUnpackCommand: Command {
    static let name = "bundle unpack"
    static let summary = "Write a bundle's members into a new folder."
    static let operands = "F.strata"
    static let operandCount = 1...1
    static let options: [Option] = [Option("--out", "DIR", "The folder, new or empty."), .json]
    static let examples = [(line: "strata bundle unpack eqt.strata --out eqt", says: "eqt/network.arch and the rest")]

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard let target = call.value("--out") else { throw Exit(.usage, "bundle unpack needs --out DIR") }
        let names = try reporting { try ModelBundle(reading: call.operands[0]).unpack(to: target) }
        if call.has("--json") {
            Terminal.print(JSON.array(names.map { .string($0) }).text(indented: true))
        } else {
            for name in names { Terminal.print(target + "/" + name) }
        }
        return .done
    }
}

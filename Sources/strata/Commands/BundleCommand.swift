import Files
import Foundation
import GraphIR
import Interpreter
import Kernels
import Runner
import Seismic
import Views

/// `strata bundle make`: a network with its weights and all that is known of them, in one file.
enum BundleMakeCommand: Command {
    static let name = "bundle make"
    static let summary = "Put a network, its weights and what is known of them into one file to pass on."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let out = Option<String?>("--out", "F.strata", "Where the bundle goes.")
        let model = ModelOptions()
        let example = Option<[String]>(
            "--example", "FILE", "[NAME=]X.npy, an input of the example, prepared, batch first; or a short record.")
        let name = Option<String?>("--name", "NAME", "What it is called (default: the network's name).")
        let release = Option<String>("--release", "TEXT", "Its version (default \(.standard)).", standard: "1")
        let author = Option<[String]>("--author", "NAME", "Who made it.")
        let cite = Option<String?>("--cite", "TEXT", "What to cite.")
        let licence = Option<String?>("--licence", "SPDX", "The licence of the weights, as CC-BY-4.0.")
        let overwrite = Option<Bool>.overwrite
        let json = Option<Bool>.json
    }
    static let examples = [
        (
            line: "strata bundle make runs/eqt --out eqt.strata --author \"A. Person\" --licence CC-BY-4.0",
            says: "a run's best weights with its preparation, thresholds and numbers"
        )
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let target = call.out else { throw Exit(.usage, "bundle make needs --out F.strata") }
        let model = try ModelDoor(call.model)
        let origin = BundleManifest.Origin(
            name: call.name ?? model.file.network.graph.name, version: call.release,
            authors: call.author, citation: call.cite, licence: call.licence)
        var order = BundleOrder(
            file: model.file, weights: try model.weights(), origin: origin, program: "strata \(strataVersion)")
        order.notes = model.stored
        let given = call.example
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
            bytes: ModelBundle.make(order), to: target, overwrite: call.overwrite)
        let bundle = try ModelBundle(reading: target)
        BundleShowCommand.say(bundle, asJSON: call.json)
        if call.licence == nil { Terminal.note("note: no licence is given: --licence SPDX says one") }
        return .done
    }
}

/// `strata bundle show`.
enum BundleShowCommand: Command {
    static let name = "bundle show"
    static let summary = "Say what a bundle holds, and the line that names it in a paper."
    static let operands = "F.strata"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let json = Option<Bool>.json
    }
    static let examples = [(line: "strata bundle show eqt.strata", says: "its card and its identity")]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let bundle = try ModelBundle(reading: call.operands[0])
        say(bundle, asJSON: call.json)
        return .done
    }

    static func say(_ bundle: ModelBundle, asJSON: Bool) {
        if asJSON {
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
    struct Options: OptionGroup {
        let identity = Option<String?>("--identity", "HEX", "The identity that it must have, with or without dashes.")
        let threads = Option<Int?>.threads
        let json = Option<Bool>.json
    }
    static let examples = [(line: "strata bundle verify eqt.strata", says: "1 where the example comes out otherwise")]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let plugins = try PluginUse(call.everywhere.plugin)
        let bundle = try ModelBundle(reading: call.operands[0])
        if let wanted = call.identity, wanted.lowercased().filter({ $0 != "-" }) != bundle.identity {
            throw Exit(.no, "\(bundle.path) is another bundle: its identity is \(bundle.identity), not \(wanted)")
        }
        let verdict = try bundle.verify(
            registry: plugins.registry, plugins: plugins.records, threads: call.threads ?? ThreadPool.processors)
        if call.json {
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
    struct Options: OptionGroup {
        let out = Option<String?>("--out", "DIR", "The folder, new or empty.")
        let json = Option<Bool>.json
    }
    static let examples = [(line: "strata bundle unpack eqt.strata --out eqt", says: "eqt/network.arch and the rest")]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let target = call.out else { throw Exit(.usage, "bundle unpack needs --out DIR") }
        let names = try ModelBundle(reading: call.operands[0]).unpack(to: target)
        if call.json {
            Terminal.print(JSON.array(names.map { .string($0) }).text(indented: true))
        } else {
            for name in names { Terminal.print(target + "/" + name) }
        }
        return .done
    }
}

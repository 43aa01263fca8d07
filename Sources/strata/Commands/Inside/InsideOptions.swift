import Files
import Foundation
import GraphIR
import Interpreter
import Runner
import Seismic

/// What all of `strata inside …` share: which weights, which traces, and where pictures and numbers go.
enum InsideOptions {
    static let trace = Option("--trace", "TRACE", "A trace by its name or number.", repeats: true)
    static let data = Option("--data", "PATH", "Another dataset than the one it was trained on.")
    static let split = Option("--split", "SPLIT", "train, dev, test (default) or all: where traces are taken from.")
    static let weights = Option(
        "--weights", "WHICH", "best (default) or last of a run; else a file of weights for a NETWORK.")
    static let layer = Option("--layer", "PATH", "A layer by its path, or by the end of it.")
    static let html = Option("--html", "F", "Write a page: one file that needs nothing else.")
    static let npz = Option("--npz", "F", "Write the arrays.")
    static let csv = Option("--csv", "F", "Write a table.")
    static let out = Option("--out", "F", "Write the JSON to this file too.")
    static let beside = Option(
        "--beside", "RUN", "Another training of the network (default: runs beside this one).", repeats: true)
    static let most = Option("--most", "N", "Use at most so many traces.")
    static let shared = [
        data, split, weights, html, npz, out, Option.threads, NetworkRun.memory, Option.overwrite, Option.set,
        Option.path, Option.json, Option.plugin,
    ]

    /// What is looked into: a run, or a network with a file of weights, with the data to look with.
    static func subject(_ call: Invocation) throws -> Subject {
        let (threads, memory) = (try NetworkRun.threads(call), try NetworkRun.memoryLimit(call))
        return try reporting {
            let model = try ModelDoor(call)
            guard let data = call.value(data.name) ?? model.data else {
                throw Exit(
                    .usage, "\(call.operands[0]) has no data of its own", help: "--data PATH says what to look with")
            }
            let subject = try Subject(
                model.file, weights: model.stored, from: model.weightsPath, note: model.note, data: data,
                threads: threads, memory: memory)
            subject.beside = call.all(beside.name)
            return subject
        }
    }

    /// The traces that are asked for by name, or else the first of the split.
    static func traces(_ call: Invocation, _ subject: Subject, usual: Int) throws -> [Int] {
        let named = call.all(trace.name)
        if !named.isEmpty { return try reporting { try named.map { try subject.find($0) } } }
        let split = try call.word(split.name, among: ["train", "dev", "test", "all"]) ?? "test"
        let most = try call.int(most.name, in: 1...10_000_000) ?? usual
        return Array(try reporting { try subject.traces(split) }.prefix(most))
    }

    /// `epsilon`, `epsilon=0.01`, `difference`, `beta=0`, `negative`, `gamma=0.25`.
    static func rule(_ text: String?) throws -> RelevanceRule {
        guard let text else { return .standard }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let number = parts.count == 2 ? Double(parts[1]) : nil
        func needed(_ range: ClosedRange<Double>) throws -> Double {
            guard let number, range.contains(number) else {
                throw Exit(
                    .usage, "--rule \(parts[0])=NUMBER takes one from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        switch parts[0] {
        case "epsilon": return .epsilon(parts.count == 1 ? 0 : try needed(0...1e6))
        case "difference" where parts.count == 1: return .difference
        case "negative" where parts.count == 1: return .beta(-1)
        case "beta": return .beta(try needed(-1...100))
        case "gamma": return .gamma(try needed(0...1e6))
        default:
            let near = nearestName(to: parts[0], among: ["epsilon", "difference", "beta", "negative", "gamma"])
            throw Exit(
                .usage, "--rule takes epsilon[=E], difference, beta=B, negative or gamma=G, not '\(text)'",
                help: near.map { "did you mean '\($0)'?" })
        }
    }

    /// The command line, for the foot of a page.
    static func line(_ call: Invocation, _ name: String) -> String {
        (["strata"] + CommandLine.arguments.dropFirst()).map { $0.contains(" ") ? "\"\($0)\"" : $0 }
            .joined(separator: " ")
    }

    /// Writes what is asked for and prints the rest.
    static func finish(
        _ call: Invocation, text: String, json: JSON, html: () -> String, arrays: [NPZ.Entry] = [], csv: String? = nil
    ) throws -> ExitStatus {
        let overwrite = call.has(Option.overwrite.name)
        if let file = call.value(self.html.name) { try write(html(), to: file, overwrite: overwrite) }
        if let file = call.value(npz.name) {
            try reporting { try NPZ.write(arrays, to: file, overwrite: overwrite) }
        }
        if let file = call.value(self.csv.name), let csv { try write(csv, to: file, overwrite: overwrite) }
        let whole = json.text(indented: true)
        if let file = call.value(out.name) { try write(whole + "\n", to: file, overwrite: overwrite) }
        Terminal.print(call.has(Option.json.name) ? whole : text)
        return .done
    }
}

import Files
import Foundation
import GraphIR
import Interpreter
import Runner
import Seismic

/// What all of `strata inside …` share: which weights, which traces, and where pictures and numbers go.
enum InsideOptions {
    static let trace = Option("--trace", "TRACE", "A trace by its name or number.", repeats: true)
    static let at = Option("--at", "TIME", "Of a recording FILE: the window in whose middle this moment is.")
    static let data = Option("--data", "PATH", "Another dataset than the one it was trained on.")
    static let split = Option("--split", "SPLIT", "train, dev, test (default) or all: where traces are taken from.")
    static let weights = Option(
        "--weights", "WHICH", "best (default) or last of a run; else a file of weights for a NETWORK.")
    static let layer = Option("--layer", "PATH", "A layer by its path, or by the end of it.")
    static let html = Option("--html", "F", "Write a page: one file that needs nothing else.")
    static let svg = Option("--svg", "F", "Write the picture alone.")
    static let npz = Option("--npz", "F", "Write the arrays.")
    static let csv = Option("--csv", "F", "Write a table.")
    static let out = Option(
        "--out", "DIR", "Where page, JSON, arrays and tables go (default: the page in inside-NAME).")
    static let beside = Option(
        "--beside", "RUN", "Another training of the network (default: runs beside this one).", repeats: true)
    static let most = Option("--most", "N", "Use at most so many traces.")
    static let shared = [
        data, split, weights, html, npz, out, Option.threads, NetworkRun.memory, Option.skipBad, Option.overwrite,
        Option.set, Option.path, Option.json, Option.plugin,
    ]

    /// What is looked into: a run, or a network with a file of weights, with the data to look with.
    ///
    /// - `recording`: a file that stands where a dataset may.
    static func subject(_ call: Invocation, recording: String? = nil) throws -> Subject {
        let (threads, memory) = (try NetworkRun.threads(call), try NetworkRun.memoryLimit(call))
        return try reporting {
            let model = try ModelDoor(call)
            let looked = try recording.map { try windows(of: $0, call, for: model.file.network.graph) }
            guard let data = looked ?? call.value(data.name) ?? model.data else {
                throw Exit(
                    .usage, "\(call.operands[0]) has no data of its own", help: "--data PATH says what to look with")
            }
            // What a run left out of its own data stays left out.
            let wasSkipped = try data == model.data ? model.folder?.record().skipsBadTraces : nil
            let dataset = try openDataset(
                data, registry: model.file.registry,
                skippingBad: call.has(Option.skipBad.name) || wasSkipped == true)
            let subject = try Subject(
                model.file, weights: model.stored, from: model.weightsPath, note: model.note, data: data,
                dataset: dataset, threads: threads, memory: memory)
            subject.beside = call.all(beside.name)
            return subject
        }
    }

    private static func windows(of recording: String, _ call: Invocation, for graph: Graph) throws -> String {
        if let other = [data, trace, split].first(where: { call.has($0.name) }) {
            throw Exit(.usage, "\(other.name) is of a dataset, and \(recording) is a recording")
        }
        guard FileManager.default.fileExists(atPath: recording) else {
            throw Exit(
                .inputOutput, "there is no file \(recording)", help: "a recording, or --data DATASET and --trace")
        }
        return Subject.windows(of: recording, for: graph)
    }

    /// The traces that were named, for the name of a file.
    static func named(_ call: Invocation) -> String? {
        let names = call.all(trace.name)
        return names.isEmpty ? nil : names.joined(separator: "-")
    }

    /// Of a recording the window around a moment, or the first.
    static func window(_ call: Invocation, _ subject: Subject) throws -> Int {
        guard let text = call.value(at.name) else { return 0 }
        guard let time = Instant(text) else {
            throw Exit(.usage, "--at takes a time as 2024-05-06T07:08:09, not '\(text)'")
        }
        return try reporting { try subject.window(holding: time) }
    }

    /// The traces that are asked for by name, or else the first of the split.
    static func traces(_ call: Invocation, _ subject: Subject, usual: Int) throws -> [Int] {
        let named = call.all(trace.name)
        if !named.isEmpty { return try reporting { try named.map { try subject.find($0) } } }
        let split = try call.word(split.name, among: ["train", "dev", "test", "all"]) ?? "test"
        let most = try call.int(most.name, in: 1...10_000_000) ?? usual
        return Array(try reporting { try subject.traces(split) }.prefix(most))
    }

    /// One of the words of an option.
    static func word<Word: RawRepresentable & CaseIterable>(
        _ call: Invocation, _ option: String, _ type: Word.Type
    ) throws -> Word? where Word.RawValue == String {
        try call.word(option, among: Word.allCases.map(\.rawValue)).flatMap(Word.init)
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
}

import Files
import Foundation
import GraphIR
import Interpreter
import Kernels
import Runner
import Seismic

/// What all of `strata inside …` share: which weights, which data, and where the looks go.
struct InsideOptions: OptionGroup {
    let data = Option<String?>("--data", "PATH", "Another dataset than the one it was trained on.")
    let split = Option<SplitChoice>(
        "--split", "SPLIT", "\(.words): where traces are taken from.", standard: .test)
    let model = ModelOptions()
    let out = Option<String?>(
        "--out", "DIR", "Where page, JSON, arrays and tables go (default: the page in inside-NAME).")
    let machine = MachineOptions()
    let skipBad = Option<Bool>.skipBad
    let overwrite = Option<Bool>.overwrite
    let json = Option<Bool>.json
}

// What some of them have besides.

extension Option where Value == [String] {
    static var trace: Self { Self("--trace", "TRACE", "A trace by its name or number.") }
    static var beside: Self {
        Self("--beside", "RUN", "Another training of the network (default: runs beside this one).")
    }
}

extension Option where Value == Int? {
    static var most: Self { Self("--most", "N", "Use at most so many traces.", in: 1...10_000_000) }
}

extension Option where Value == String? {
    static var layer: Self { Self("--layer", "PATH", "A layer by its path, or by the end of it.") }
    static var html: Self { Self("--html", "F", "Write a page: one file that needs nothing else.") }
    static var svg: Self { Self("--svg", "F", "Write the picture alone.") }
    static var npz: Self { Self("--npz", "F", "Write the arrays.") }
    static var csv: Self { Self("--csv", "F", "Write a table.") }
}

extension Option where Value == RelevanceRule {
    static var relevanceRule: Self {
        Self(
            "--rule", "RULE", "\(.standard)[=E] (default), difference, beta=B, negative or gamma=G.",
            standard: "epsilon", absent: .standard, read: Reading.relevanceRule)
    }
}

extension Invocation<InsideOptions> {
    /// What is looked into: a run, or a network with a file of weights, with the data to look with.
    ///
    /// - `recording`: a file that stands where a dataset may.
    func subject(besides: [String] = [], recording: String? = nil) throws -> Subject {
        let model = try ModelDoor(self.model)
        let looked = recording.map { Subject.windows(of: $0, for: model.file.network.graph) }
        guard let data = looked ?? self.data ?? model.data else {
            throw Exit(
                .usage, "\(operands[0]) has no data of its own", help: "--data PATH says what to look with")
        }
        // What a run left out of its own data stays left out.
        let wasSkipped = try data == model.data ? model.folder?.record().skipsBadTraces : nil
        let dataset = try openDataset(
            data, registry: model.file.registry,
            skippingBad: self.skipBad || wasSkipped == true)
        let subject = try Subject(
            model.file, weights: model.stored, from: model.weightsPath, note: model.note, data: data,
            dataset: dataset, threads: self.machine.threads ?? ThreadPool.processors, memory: self.machine.memory)
        subject.beside = besides
        return subject
    }

    /// The traces that are asked for by name, or else the first of the split.
    func traces(of subject: Subject, named: [String] = [], most: Int) throws -> [Int] {
        guard named.isEmpty else { return try named.map { try subject.find($0) } }
        return Array(try subject.traces(self.split).prefix(most))
    }
}

extension Reading {
    /// `epsilon`, `epsilon=0.01`, `difference`, `beta=0`, `negative`, `gamma=0.25`.
    @Sendable static func relevanceRule(_ text: String) throws -> RelevanceRule {
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

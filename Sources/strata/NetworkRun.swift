import Files
import Foundation
import GraphIR
import Interpreter
import Layers
import Runner
import Seismic

/// What commands that run a network share: options, arrays from files, weights, and what to say when it does not go.
enum NetworkRun {
    static let weights = Option("--weights", "FILE", "Weights in safetensors, named as show lists them.")
    static let mode = Option("--mode", "MODE", "inference (default) or training: batch norm uses the batch.")
    static let memory = Option("--memory", "MIB", "Use at most so many MiB (default: what the machine has).")
    static let plan = Option("--plan", "STYLE", "fused (default), or plain: one layer after the other.")

    /// `NAME=FILE` or `FILE`: an array of an input or an output.
    static func arrays(_ texts: [String]) throws -> [NamedArray] {
        try texts.map { text in
            var (name, path) = ("", text)
            if let equals = text.firstIndex(of: "="), !FileManager.default.fileExists(atPath: text) {
                name = String(text[..<equals])
                path = String(text[text.index(after: equals)...])
            }
            let array = try reporting { try NPY.read(path) }
            return NamedArray(name, shape: array.shape, values: array.floats)
        }
    }

    /// The weights of a file, or fresh ones.
    static func weights(_ call: Invocation, for graph: Graph) throws -> Weights {
        guard let path = call.value(weights.name) else {
            return Weights(initializing: graph, seed: try seed(call))
        }
        guard call.value(Option.seed.name) == nil || call.value(mode.name) != nil else {
            throw Exit(.usage, "--weights and --seed exclude each other: there is nothing random left")
        }
        let stored = try reporting { try readWeights(path, network: call.operands.first) }
        return try running { try Weights(stored, layout: WeightLayout(graph)) }
    }

    static func seed(_ call: Invocation) throws -> UInt64 { UInt64(try call.int(Option.seed.name) ?? 0) }
    static func threads(_ call: Invocation) throws -> Int {
        try call.int(Option.threads.name, in: 1...256) ?? ThreadPool.processors
    }
    static func style(_ call: Invocation) throws -> PlanOptions.Style {
        PlanOptions.Style(
            rawValue: try call.word(plan.name, among: PlanOptions.Style.allCases.map(\.rawValue)) ?? "fused") ?? .fused
    }
    static func memoryLimit(_ call: Invocation) throws -> Int? {
        try call.int(memory.name, in: 1...1 << 40).map { $0 << 20 }
    }

    static func write(_ file: Safetensors, to path: String, overwrite: Bool) throws {
        try write(bytes: file.bytes, to: path, overwrite: overwrite)
    }

    /// What is there stays, unless it was said that it may go.
    static func mustBeFree(_ path: String, overwrite: Bool) throws {
        if FileManager.default.fileExists(atPath: path), !overwrite {
            throw Exit(.inputOutput, "\(path) exists already", help: "give another name, or --overwrite")
        }
    }

    static func write(bytes: [UInt8], to path: String, overwrite: Bool) throws {
        try mustBeFree(path, overwrite: overwrite)
        do {
            try AtomicFile(path).write(bytes)
        } catch {
            throw Exit(.inputOutput, "\(path) cannot be written: \(error)")
        }
    }

    /// Turns what can go wrong in planning and running into the status and the sentence that people get.
    static func running<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let error as PlanError {
            throw Exit(.no, error.description)
        } catch let error as Interpreter.RunError {
            throw Exit(.no, error.description)
        } catch let error as NetworkFunction.Misfit {
            throw Exit(.badData, error.description)
        } catch let error as Safetensors.Malformed {
            throw Exit(.badData, "not a safetensors file: \(error.description)")
        } catch let error as WeightMismatch {
            throw Exit(.badData, error.description)
        }
    }
}

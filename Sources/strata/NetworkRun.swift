import Files
import Foundation
import GraphIR
import Interpreter
import Layers
import Runner
import Seismic

/// What commands that run a network share: arrays from files, and what to say when it does not go.
enum NetworkRun {
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

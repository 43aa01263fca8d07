import Files
import Foundation
import GraphIR
import Interpreter
import Layers
import Runner
import Seismic

/// What commands that run a network share: arrays from files, and files of weights.
enum NetworkRun {
    /// `NAME=FILE` or `FILE`: an array of an input or an output.
    static func arrays(_ texts: [String]) throws -> [NamedArray] {
        try texts.map { text in
            var (name, path) = ("", text)
            if let equals = text.firstIndex(of: "="), !FileManager.default.fileExists(atPath: text) {
                name = String(text[..<equals])
                path = String(text[text.index(after: equals)...])
            }
            let array = try NPY.read(path)
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
}

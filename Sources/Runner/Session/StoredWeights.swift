import Files
import Foundation
import GraphIR
import Interpreter

/// A safetensors file from the disk.
func readWeights(_ path: String) throws(RunError) -> Safetensors {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw RunError(.access, "the weights \(path) cannot be read")
    }
    do {
        return try Safetensors([UInt8](data))
    } catch {
        throw RunError(.badData, "\(path): \(error.description)")
    }
}

extension Weights {
    /// Numbers that were kept in this layout.
    init(layout: WeightLayout, values: [Float]) throws(RunError) {
        guard values.count == layout.count else {
            throw RunError(.badData, "\(values.count) stored weights do not fill a network of \(layout.count)")
        }
        self.init(zerosIn: layout)
        self.values = values
    }
}

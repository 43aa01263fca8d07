import Files
import Foreign
import Foundation
import GraphIR
import Interpreter

/// A safetensors file from the disk; another framework's file is named as what it is.
public func readWeights(_ path: String, network: String? = nil) throws(RunError) -> Safetensors {
    if let format = try? ForeignFormat(path: path), format != .safetensors, format != .unknown {
        throw RunError(
            .badData, "\(path) is \(format.title), not one of our weights",
            help: format.importCommand(path, network: network) ?? "strata import --help says what can come in")
    }
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

import Files
import Foundation
import GraphIR

/// What a file of weights is, told by its first bytes and never by its name.
public enum ForeignFormat: Hashable, Sendable {
    /// An HDF5 file: Keras writes models and weights as such.
    case kerasHDF5
    /// Keras 3's own zip.
    case kerasArchive
    /// PyTorch's zip around a pickle.
    case torch
    /// PyTorch's form before version 1.6, a row of pickles.
    case torchLegacy
    /// A TorchScript program.
    case torchScript
    case onnx
    case safetensors
    /// A zip with the members of a bundle.
    case bundle
    /// A TensorFlow checkpoint's index.
    case tensorFlowCheckpoint
    /// A pickle without PyTorch's form.
    case pickle
    case numpy
    case unknown

    /// What a person calls it, with its article.
    public var title: String {
        switch self {
        case .kerasHDF5: "a Keras file (HDF5)"
        case .kerasArchive: "a Keras 3 file"
        case .torch: "a PyTorch file"
        case .torchLegacy: "a PyTorch file in the form of before version 1.6"
        case .torchScript: "a TorchScript program"
        case .onnx: "an ONNX file"
        case .safetensors: "a safetensors file"
        case .bundle: "a bundle"
        case .tensorFlowCheckpoint: "a TensorFlow checkpoint"
        case .pickle: "a Python pickle"
        case .numpy: "a NumPy file"
        case .unknown: "of a kind that is not known here"
        }
    }

    /// The command that takes such a file in; `nil` where none does.
    public func importCommand(_ path: String, network: String?) -> String? {
        let target = network ?? "NETWORK"
        switch self {
        case .kerasHDF5, .kerasArchive, .torch:
            return "strata import \(path) --as \(target) --output W.safetensors"
        case .onnx: return "strata import \(path) --arch OUT.arch --output W.safetensors"
        default: return nil
        }
    }

    public init(path: String) throws(DataError) { self.init(try FileBytes(mapping: path)) }

    public init(_ file: FileBytes) {
        if file.matches(HDF5File.signature, at: 0) || file.matches(HDF5File.signature, at: 512) {
            self = .kerasHDF5
        } else if file.matches(Array("PK\u{03}\u{04}".utf8), at: 0) {
            self = ForeignFormat.zip(file)
        } else if file.matches(ForeignFormat.legacyMagic, at: 0) {
            self = .torchLegacy
        } else if file.matches([0x93] + Array("NUMPY".utf8), at: 0) {
            self = .numpy
        } else if ForeignFormat.isSafetensors(file) {
            self = .safetensors
        } else if file.matches([0x80], at: 0), let version = try? file.byte(1), (2...5).contains(version) {
            self = .pickle
        } else if file.matches([0x08], at: 0), let version = try? file.byte(1), (1...64).contains(version),
            let next = try? file.byte(2), [0x12, 0x1A, 0x22, 0x2A, 0x32, 0x3A, 0x42].contains(next)
        {
            self = .onnx
        } else if file.count > 48, file.matches(ForeignFormat.tableMagic, at: file.count - 8) {
            self = .tensorFlowCheckpoint
        } else {
            self = .unknown
        }
    }

    private static let legacyMagic: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]
    /// The end of a table of LevelDB, which TensorFlow's index of a checkpoint is.
    private static let tableMagic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]

    private static func isSafetensors(_ file: FileBytes) -> Bool {
        guard let length = try? file.integer(0, as: UInt64.self), length <= UInt64(max(0, file.count - 8)) else {
            return false
        }
        return file.matches([UInt8(ascii: "{")], at: 8)
    }

    private static func zip(_ file: FileBytes) -> ForeignFormat {
        guard let members = try? ZipArchive.members(of: file) else { return .unknown }
        let names = members.map(\.name)
        let last = Set(names.map { String($0.split(separator: "/").last ?? "") })
        if last.contains("data.pkl") {
            let isProgram = last.contains("constants.pkl") || names.contains { $0.contains("/code/") }
            return isProgram ? .torchScript : .torch
        }
        if names.contains("config.json"), names.contains("metadata.json") { return .kerasArchive }
        if names.contains("manifest.json"), names.contains("weights.safetensors") { return .bundle }
        return names.allSatisfy { $0.hasSuffix(".npy") } ? .numpy : .unknown
    }
}

import Foundation
import GraphIR
import Seismic

/// `strata data pack`: a copy that loads as fast as memory is copied.
enum DataPackCommand: Command {
    static let name = "data pack"
    static let summary = "Copy a dataset of equally long traces into one mapped array."
    static let operands = "PATH OUT"
    static let operandCount = 2...2
    static let options = [Option.skipBad, .plugin, .overwrite]
    static let examples = [
        ("strata data pack stead.json packed", "samples.npy and metadata.csv, with the manifest's sides.")
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        try reporting {
            let dataset = try openDataset(
                call.operands[0], registry: PluginUse(call).registry, skippingBad: call.has(Option.skipBad.name))
            try PackedDataset.pack(dataset, to: call.operands[1], overwrite: call.has("--overwrite"))
            Terminal.print("packed \(dataset.count) traces into \(call.operands[1])")
            return .done
        }
    }
}

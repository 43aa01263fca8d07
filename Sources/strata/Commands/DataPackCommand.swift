import Foundation
import GraphIR
import Seismic

/// `strata data pack`: a copy that loads as fast as memory is copied.
enum DataPackCommand: Command {
    static let name = "data pack"
    static let summary = "Copy a dataset of equally long traces into one mapped array."
    static let operands = "PATH OUT"
    static let operandCount = 2...2
    struct Options: OptionGroup {
        let skipBad = Option<Bool>.skipBad
        let overwrite = Option<Bool>.overwrite
    }
    static let examples: [(line: String, says: String)] = [
        ("strata data pack stead.json packed", "samples.npy and metadata.csv, with the manifest's sides.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let dataset = try openDataset(
            call.operands[0], registry: PluginUse(call.everywhere.plugin).registry, skippingBad: call.skipBad)
        try PackedDataset.pack(dataset, to: call.operands[1], overwrite: call.overwrite)
        Terminal.print("packed \(dataset.count) traces into \(call.operands[1])")
        return .done
    }
}

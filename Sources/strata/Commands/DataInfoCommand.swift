import GraphIR
import Seismic

/// `strata data info`: what a file or folder of seismograms holds.
enum DataInfoCommand: Command {
    static let name = "data info"
    static let otherWords = ["dataset", "info"]
    static let summary = "Say what a dataset or a waveform file holds."
    static let operands = "PATH"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let all = Option<Bool>("--all", "Read every trace, not only the first.")
        let skipBad = Option<Bool>.skipBad
        let json = Option<Bool>.json
    }
    static let examples: [(line: String, says: String)] = [
        ("strata data info stead", "Traces, splits, rates and columns of a dataset in SeisBench's or STEAD's format."),
        ("strata data info stead --all --skip-bad --json", "Read all of it; list what is bad, with its place."),
        ("strata data info day.mseed", "The channels of a miniSEED or SAC file, gap by gap."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let path = call.operands[0]
        let skipsBad = call.skipBad
        if WaveformFile.isOne(path) {
            return try DataReadCommand.list(
                try DataReadCommand.read([path], skippingBad: skipsBad), json: call.json)
        }
        let dataset = try openDataset(
            path, registry: PluginUse(call.everywhere.plugin).registry, skippingBad: skipsBad)
        let summary = try DatasetSummary(dataset, readingAll: call.all, collectingBad: skipsBad)
        if call.json {
            Terminal.print(summary.json.text(indented: true))
        } else {
            Terminal.print(summary.lines.joined(separator: "\n"))
        }
        if call.json { for entry in summary.leftOut { Terminal.note("not read: \(entry)") } }
        for error in summary.bad { Terminal.note("left out: \(error)") }
        return .done
    }
}

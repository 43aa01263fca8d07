import Foundation
import GraphIR
import Images
import Runner
import Seismic

/// `strata data view`: a trace as a drawing.
enum DataViewCommand: Command {
    static let name = "data view"
    static let otherWords = ["view"]
    static let summary = "Draw a trace with its picks, labels and spectrogram."
    static let operands = "PATH"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let trace = Option<String?>("--trace", "NAME", "The trace, by name or by number from 0 (default: the first).")
        let network = Option<String?>("--network", "NETWORK", "Draw the labels that this network would be taught.")
        let svg = Option<String?>(
            "--svg", "FILE", "Where to draw (default: standard output; on a terminal the trace's name here).")
        let skipBad = Option<Bool>.skipBad
        let taught = NetworkOptions()
        let overwrite = Option<Bool>.overwrite
    }
    static let examples: [(line: String, says: String)] = [
        ("strata data view synthetic:100 --trace 3 --svg trace.svg", "Draw the fourth of a hundred made earthquakes."),
        (
            "strata data view week --network mine.arch --svg labels.svg",
            "See what mine.arch would learn of the first trace."
        ),
        ("strata data view stead --trace 109C.TA_20060723155859_EV --svg trace.svg", "Draw a trace of STEAD by name."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let dataset = try openDataset(
            call.operands[0], registry: PluginUse(call.everywhere.plugin).registry, skippingBad: call.skipBad)
        let index = try find(call.trace, in: dataset)
        let svg = try drawing(call, dataset, index)
        // Nobody reads a picture's text on a terminal.
        let beside =
            Terminal.isInteractive(STDOUT_FILENO) ? RunFolder.component(dataset.title(index)) + ".svg" : nil
        guard let file = call.svg ?? beside else {
            Terminal.print(svg)
            return .done
        }
        try write(svg, to: file, overwrite: call.overwrite)
        Terminal.note("drew \(dataset.title(index)) in \(file)")
        return .done
    }

    private static func drawing(_ call: Invocation<Options>, _ dataset: any Dataset, _ index: Int) throws -> String {
        let trace = try dataset.trace(index)
        guard let picture = trace.thumbnail(side: 1024) else {
            return try TracePicture(trace, labels: labels(call, dataset, index)).svg
        }
        let labels = [trace.metadata["picture_tags"], trace.plane.map { "\($0), \(trace.components)" }]
        return PictureSheet(
            dataset.title(index), [.init(picture, words: labels.compactMap { $0 })],
            side: Double(max(256, picture.width, picture.height))
        ).svg
    }

    /// What the reader's own network would be taught; without one what EQTransformer would.
    private static func labels(
        _ call: Invocation<Options>, _ dataset: any Dataset, _ index: Int
    ) throws -> [TracePicture.LabelRow] {
        guard let name = call.network else { return try .standard(for: dataset, trace: index) }
        let opened = try OpenNetwork(name, call.taught)
        let own = try OwnLabels(opened.network, registry: opened.plugins.registry, dataset: dataset, trace: index)
        for note in own.notes { Terminal.note(note) }
        return own.rows
    }

    private static func find(_ name: String?, in dataset: any Dataset) throws -> Int {
        guard dataset.count > 0 else { throw Exit(.badData, "\(dataset.path) has no traces") }
        guard let name else { return 0 }
        if let number = Int(name), (0..<dataset.count).contains(number) { return number }
        guard let index = (0..<dataset.count).first(where: { dataset.name($0) == name || dataset.title($0) == name })
        else {
            throw Exit(
                .badData, "\(dataset.path) has no trace '\(name)'",
                help: "its \(dataset.count) traces are numbered from 0; the first is called '\(dataset.name(0))'")
        }
        return index
    }
}

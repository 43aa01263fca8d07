import Foundation
import GraphIR
import Images
import Seismic

/// `strata data view`: a trace as a drawing.
enum DataViewCommand: Command {
    static let name = "data view"
    static let summary = "Draw a trace with its picks, labels and spectrogram."
    static let operands = "PATH"
    static let operandCount = 1...1
    static let options = [
        Option("--trace", "NAME", "The trace, by name or by number from 0 (default: the first)."),
        Option("--svg", "FILE", "Where to draw (default: standard output)."), .plugin, .overwrite,
    ]
    static let examples = [
        ("strata data view synthetic:100 --trace 3 --svg trace.svg", "Draw the fourth of a hundred made earthquakes."),
        ("strata data view stead --trace 109C.TA_20060723155859_EV --svg trace.svg", "Draw a trace of STEAD by name."),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        try reporting {
            let dataset = try openDataset(call.operands[0], registry: PluginUse(call).registry)
            let index = try find(call.value("--trace"), in: dataset)
            let svg = try drawing(dataset, index)
            guard let file = call.value("--svg") else {
                Terminal.print(svg)
                return .done
            }
            try write(svg, to: file, overwrite: call.has("--overwrite"))
            Terminal.note("drew \(dataset.title(index)) in \(file)")
            return .done
        }
    }

    private static func drawing(_ dataset: any Dataset, _ index: Int) throws -> String {
        let trace = try dataset.trace(index)
        guard let picture = trace.thumbnail(side: 1024) else {
            return try TracePicture(trace, labels: .standard(for: dataset, trace: index)).svg
        }
        let labels = [trace.metadata["picture_tags"], trace.plane.map { "\($0), \(trace.components)" }]
        return PictureSheet(
            dataset.title(index), [.init(picture, words: labels.compactMap { $0 })],
            side: Double(max(256, picture.width, picture.height))
        ).svg
    }

    private static func find(_ name: String?, in dataset: any Dataset) throws -> Int {
        guard dataset.count > 0 else { throw Exit(.badData, "\(dataset.path) has no traces") }
        guard let name else { return 0 }
        if let number = Int(name), (0..<dataset.count).contains(number) { return number }
        guard let index = (0..<dataset.count).first(where: { dataset.name($0) == name || dataset.title($0) == name })
        else {
            throw Exit(
                .badData, "\(dataset.path) has no trace '\(name)'",
                help: "its \(dataset.count) traces are numbered from 0; strata data info lists names")
        }
        return index
    }
}

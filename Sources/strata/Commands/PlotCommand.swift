import Foundation
import GraphIR
import Runner
import Seismic

/// `strata plot`: one trace with a network's curves and picks over its waveform.
enum PlotCommand: Command {
    static let name = "plot"
    static let summary = "Draw one trace with a network's curves, thresholds and picks."
    static let operands = "RUN"
    static let operandCount = 1...1
    static let options: [Option] = [
        Option("--data", "PATH", "Another dataset than the one it was trained on."),
        Option("--trace", "NAME", "The trace, by name or by number from 0 (default: the first with an arrival)."),
        Option("--svg", "F", "Where to draw (default: the trace's name in this folder)."),
        Option("--rule", "RULE", "Read picks by peaks (default), eqt or trigger."), .overwrite, .plugin,
    ]
    static let examples: [(line: String, says: String)] = [
        ("strata plot runs/eqt --trace 3 --svg trace.svg", "the fourth trace of its data, with curves and picks"),
        ("strata plot runs/eqt --data stead --trace 109C.TA_20060723155859_EV", "a trace of other data by name"),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let rule = try call.word("--rule", among: PickRule.allCases.map(\.rawValue)).flatMap(PickRule.init) ?? .peaks
        return try reporting {
            let folder = RunFolder(call.operands[0])
            let record = try folder.record()
            let file = try NetworkFile(of: folder, call)
            let dataset = try openDataset(call.value("--data") ?? record.data.path, registry: file.registry)
            let index = try find(call.value("--trace"), in: dataset)
            let found = try curves(of: folder, file: file, dataset: dataset, indices: [index], rule: rule)
            guard let trace = found.first else {
                throw Exit(.badData, "\(dataset.title(index)) cannot be used")
            }
            let path = call.value("--svg") ?? RunFolder.component(dataset.title(index)) + ".svg"
            let drawing = TraceDrawing(trace, network: "\(record.network), \(folder.path)")
            try write(drawing.svg, to: path, overwrite: call.has("--overwrite"))
            Terminal.print("drew \(dataset.title(index)) in \(path)")
            for curve in trace.curves {
                for pick in curve.picks {
                    let seconds = pick.sample / trace.rate
                    Terminal.print(
                        "  \(curve.name) at \(TrainingDisplay.text(seconds)) s of the window, "
                            + "probability \(TrainingDisplay.text(pick.probability))")
                }
            }
            return .done
        }
    }

    private static func find(_ name: String?, in dataset: any Dataset) throws -> Int {
        guard dataset.count > 0 else { throw Exit(.badData, "\(dataset.path) has no traces") }
        guard let name else { return (0..<dataset.count).first { !dataset.picks($0).isEmpty } ?? 0 }
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

import Foundation
import GraphIR
import Images
import Runner
import Seismic

/// `strata plot`: one trace with a network's curves and picks over its waveform, or pictures with their classes.
enum PlotCommand: Command {
    static let name = "plot"
    static let otherWords = ["draw"]
    static let summary = "Draw one trace, or one pick of a list, with a network's curves and thresholds."
    static let operands = "MODEL|picks.csv"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let data = Option<String?>("--data", "PATH", "Another dataset than the one a run was trained on.")
        let trace = Option<String?>(
            "--trace", "NAME", "The trace, by name or by number from 0 (default: the first with an arrival).")
        let at = Option<Instant?>(
            "--at", "TIME", "Of a list of picks the one nearest to this time.", read: Reading.time(of: "--at"))
        let station = Option<String?>("--station", "NET.STA", "Of a list of picks only those of this station.")
        let svg = Option<String?>("--svg", "F", "Where to draw (default: the trace's name in this folder).")
        let rule = Option<PickRule>("--rule", "RULE", "Read picks by \(.words).", standard: .peaks)
        let model = ModelOptions()
        let skipBad = Option<Bool>.skipBad
        let overwrite = Option<Bool>.overwrite
    }
    static let examples: [(line: String, says: String)] = [
        ("strata plot runs/eqt --trace 3 --svg trace.svg", "the fourth trace of its data, with curves and picks"),
        ("strata plot picks/picks.csv --at 2024-05-06T07:08:09 --svg pick.svg", "a pick in a continuous recording"),
        ("strata plot runs/eqt --data stead --trace 109C.TA_20060723155859_EV", "a trace of other data by name"),
        ("strata plot eqt.strata --data stead --trace 3", "what a bundle's network says of it"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        if call.operands[0].hasSuffix(".csv") { return try drawPick(call) }
        if let option = call.firstGiven(of: { [$0.at, $0.station] }) {
            throw Exit(.usage, "\(option) is for a list of picks, as picks/picks.csv")
        }
        let model = try ModelDoor(call.model)
        guard let data = call.data ?? model.data else {
            throw Exit(.usage, "\(model.note.folder) does not say where its data lie: name some with --data PATH")
        }
        // What a run left out of its own data stays left out.
        let wasSkipped = try call.data != nil ? nil : model.folder?.record().skipsBadTraces
        let dataset = try openDataset(
            data, registry: model.file.registry,
            skippingBad: call.skipBad || wasSkipped == true)
        if model.file.network.graph.takesPictures {
            guard let folder = model.folder else {
                throw Exit(
                    .usage, "pictures are drawn of a run", help: "evaluate --data D --out DIR makes one of a model")
            }
            return try drawPictures(folder, model.file, dataset, call)
        }
        let index = try find(call.trace, in: dataset)
        let found = try curves(
            of: model.file, weights: model.stored, from: model.weightsPath, seed: model.note.seed,
            dataset: dataset, indices: [index], rule: call.rule)
        guard let trace = found.first else {
            throw Exit(.badData, "\(dataset.title(index)) cannot be used")
        }
        let path = call.svg ?? RunFolder.component(dataset.title(index)) + ".svg"
        let drawing = TraceDrawing(trace, network: "\(model.file.network.graph.name), \(model.note.folder)")
        try write(drawing.svg, to: path, overwrite: call.overwrite)
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

    /// One picture, or of the first of the test split some that are named wrongly and some rightly.
    private static func drawPictures(
        _ folder: RunFolder, _ file: NetworkFile, _ dataset: any Dataset, _ call: Invocation<Options>
    ) throws -> ExitStatus {
        let indices =
            try call.trace.map { [try find($0, in: dataset)] }
            ?? Array(Splits(dataset).test.prefix(200))
        let judged = try judgedPictures(of: folder, file: file, dataset: dataset, indices: indices)
        let wrong = judged.filter { !$0.isRight }.prefix(12), right = judged.filter(\.isRight).prefix(12)
        let record = try folder.record()
        let sheet = PictureSheet(
            "\(record.network), \(folder.path): \(judged.count(where: \.isRight)) of \(judged.count) right",
            (wrong + right).map { .init($0.picture, words: [$0.name] + $0.words, isRight: $0.isRight) })
        let path = call.svg ?? RunFolder.component(call.trace ?? "pictures") + ".svg"
        try write(sheet.svg, to: path, overwrite: call.overwrite)
        Terminal.print("drew \(wrong.count) pictures named wrongly and \(right.count) rightly in \(path)")
        return .done
    }

    /// A pick of a list, asked for again as it was asked for then.
    private static func drawPick(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let time = call.at else { throw Exit(.usage, "a pick of a list is drawn with --at TIME") }
        if let option = call.firstGiven(of: { [$0.data, $0.trace, $0.rule, $0.model.weights, $0.model.network.set] }) {
            throw Exit(.usage, "\(option) is for a model, and \(call.operands[0]) is a list of picks")
        }
        let night = try PickNight(besides: call.operands[0])
        let asked = try PickCommand.call(night.words)
        let order = try PickCommand.order(asked, out: "/dev/null")
        guard !order.words.contains("-") else {
            throw Exit(
                .badData, "these picks were made of standard input, and its records are gone",
                help: "keep the records in a file and pick that")
        }
        let here = FileManager.default.currentDirectoryPath
        // Paths were meant from where the night was asked for.
        guard FileManager.default.changeCurrentDirectoryPath(night.folder) else {
            throw Exit(.inputOutput, "the folder \(night.folder) that the picks were made in is gone")
        }
        let model = try ModelDoor(asked.model)
        let file = model.file
        let view = try pickView(
            order, file: file, weights: model.weights(), notes: model.stored, at: time,
            station: call.station)
        guard night.model == view.pick.model else {
            throw Exit(
                .badData,
                "\(asked.operands[0]) is not what made these picks: it is \(view.pick.model) now, "
                    + "it was \(night.model ?? "nothing that picked")", help: "pick again, then draw")
        }
        guard FileManager.default.changeCurrentDirectoryPath(here) else {
            throw Exit(.inputOutput, "the folder \(here) is gone")
        }
        let name = "\(view.pick.group.place).\(view.pick.phase).\(view.pick.time)"
        let path = call.svg ?? RunFolder.component(name) + ".svg"
        try write(
            view.drawing(network: file.network.graph.name).svg, to: path, overwrite: call.overwrite)
        Terminal.print(
            "drew \(view.pick.phase) of \(view.pick.group) at \(view.pick.time), probability "
                + "\(TrainingDisplay.text(view.pick.probability)), in \(path)")
        return .done
    }

    private static func find(_ name: String?, in dataset: any Dataset) throws -> Int {
        guard dataset.count > 0 else { throw Exit(.badData, "\(dataset.path) has no traces") }
        guard let name else { return (0..<dataset.count).first { !dataset.picks($0).isEmpty } ?? 0 }
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

import Foundation
import Files
import GraphIR
import Interpreter
import Runner
import Seismic

/// `strata pick`: continuous records become a list of picks.
enum PickCommand: Command {
    static let name = "pick"
    static let otherWords = ["detect", "classify", "annotate", "predict", "infer", "inference"]
    static let summary = "Pick phases in continuous records: files, folders, archives, live."
    static let operands = "MODEL DATA…"
    static let operandCount = 2...1_000_000
    private static let formats = PickFormats.all.map { $0.name }.joined(separator: ",")
    enum Components: String, CaseIterable { case any, all }
    enum Group: String, CaseIterable { case instrument, location }

    struct Options: OptionGroup {
        let out = Option<String?>("--out", "DIR", "Where picks.csv, coverage.csv and what --format asks for go.")
        let model = ModelOptions()
        let from = Option<Instant?>(
            "--from", "TIME", "Begin here, as 2024-05-06 or 2024-05-06T07:08:09; UTC.", read: Reading.time(of: "--from")
        )
        let to = Option<Instant?>("--to", "TIME", "End before this.", read: Reading.time(of: "--to"))
        let stations = Option<[String]>(
            "--stations", "LIST", "Only these, as NET.STA* with * and ?, separated by commas.", separatedBy: ",")
        let prefer = Option<[String]>(
            "--prefer", "LIST", "Of several instruments at a place the first of these, as HH,BH.", separatedBy: ",")
        let components = Option<Components>(
            "--components", "WHICH", "any (default): one channel is enough; all: none may be missing.", standard: .any)
        let thresholds = Option<PickThresholds?>.thresholds(insteadOf: "the model's own")
        let rule = Option<PickRule?>("--rule", "RULE", "trigger (default), peaks or eqt.")
        let hop = Option<Double?>(
            "--hop", "N", "Samples between windows, or a share of a window below 1 (default 0.5).")
        let blind = Option<Double?>(
            "--blind", "N", "Samples at either end of a window that say nothing (default a twelfth).")
        let stack = Option<Stacking?>("--stack", "HOW", "max (default) or mean of overlapping windows.")
        let grid = Option<WindowGrid.Anchor?>(
            "--grid", "WHERE", "clock (default): windows do not depend on where a file begins; start.")
        let separate = Option<Double?>("--separate", "SECONDS", "Of picks of a phase closer than this the likelier.")
        let uncertainty = Option<Int?>(
            "--uncertainty", "N", "Ask N times with dropout on; the spread is the uncertainty.", in: 2...10_000)
        let group = Option<Group>(
            "--group", "WHAT", "instrument (default), or location: all of a place together, as SeisBench does.",
            standard: .instrument)
        let resample = Option<Bool>(
            "--resample", "Take recordings at another rate too, resampled to the network's.")
        let curves = Option<String?>("--curves", "DIR", "Write the curves there as well.")
        let curvesFormat = Option<CurveFormat>(
            "--curves-format", "F", "mseed (default), or npz: a file of arrays for each day.", standard: .mseed)
        let views = Option<Int>(
            "--views", "N", "Picks of either end to look at in picks.html (default \(.standard); 0 for no page).",
            standard: 16, in: 0...1000)
        let like = Option<PickOrder.Likeness?>(
            "--like", "PROGRAM", "seisbench: its grid, stacking, blinding, scale and thresholds.")
        let format = Option<[String]>("--format", "LIST", "Any of \(formats) (default csv).", separatedBy: ",")
        let inventory = Option<String?>(
            "--inventory", "F", "StationXML or a table of stations: places and gains.")
        let length = Option<Int?>(
            "--length", "N", "Samples of a window, where the network leaves it open.", in: 1...10_000_000)
        let resume = Option<Bool>("--resume", "Go on where an interrupted night stopped.")
        let patience = Option<Double>(
            "--patience", "SECONDS",
            "Of live records: how long a missing channel is waited for (default \(.standard)).", standard: "30",
            absent: 30, read: PickCommand.patience)
        let skipBad = Option<Bool>("--skip-bad", "End with 0 although records were damaged.")
        let machine = MachineOptions()
        let overwrite = Option<Bool>.overwrite
        let json = Option<Bool>.json
    }
    static let examples: [(line: String, says: String)] = [
        ("strata pick runs/eqt day.mseed --out picks", "One file with a network trained here."),
        (
            "strata pick eqt --weights eqt.safetensors sds:/archive --from 2024-05-06 --to 2024-05-13 --out week",
            "A week of an archive with a network and its weights."
        ),
        ("strata pick runs/eqt 'data/**/*HH?*' --format csv,quakeml,gamma --out picks", "For other programs too."),
        (
            "strata pick runs/eqt 'seedlink://geofon.gfz.de/GE_WLF:HH?,GE_STU:HH?' --out live",
            "As the records come, a line of JSON for each pick."
        ),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let out = call.out else { throw Exit(.usage, "pick needs --out DIR") }
        let order = try order(call, out: out)
        if let address = try LivePicking.address(call) { return try LivePicking.run(call, order, from: address) }
        if order.resumes, order.words.contains(StreamFiles.standardInput) {
            throw Exit(
                .usage, "standard input cannot be resumed", help: "keep the records in a file, or leave --resume")
        }
        let model = try ModelDoor(call.model)
        let night = PickNight(call.words, folder: FileManager.default.currentDirectoryPath)
        var shown = secondsNow()
        let summary = try Runner.pick(order, file: model.file, weights: model.weights(), notes: model.stored) {
            line in
            guard secondsNow() - shown > 1 else { return }
            shown = secondsNow()
            Terminal.note(line)
        }
        try night.write(below: out, model: summary.picks.first?.model)
        if order.viewed > 0 {
            let page = PickPage(summary, network: model.file.network.graph.name, program: order.program)
            try write(page.html, to: out + "/picks.html", overwrite: true)
        }
        if call.json {
            Terminal.print(json(summary, out: out).text(indented: true))
        } else {
            for line in summary.lines { Terminal.print(line) }
            Terminal.print("\(TrainingDisplay.text(summary.seconds)) s; \(out)/picks.csv, \(out)/coverage.csv")
        }
        return summary.isComplete || call.skipBad ? .done : .badData
    }

    static func order(_ call: Invocation<Options>, out: String) throws -> PickOrder {
        var order = PickOrder(words: Array(call.operands.dropFirst()), out: out)
        order.span = try span(call)
        order.stations = call.stations
        order.prefer = call.prefer
        order.needsAllComponents = call.components == .all
        order.thresholds = call.thresholds
        order.rule = call.rule
        order.hop = call.hop
        order.blind = call.blind
        order.stack = call.stack
        order.anchor = call.grid
        order.separate = call.separate
        order.passes = call.uncertainty ?? 1
        order.likeness = call.like
        let formats = call.format
        order.formats = formats.isEmpty ? ["csv"] : formats.contains("csv") ? formats : ["csv"] + formats
        order.inventory = call.inventory
        order.joinsBands = call.group == .location
        order.resamples = call.resample
        order.curves = call.curves
        order.curvesFormat = call.curvesFormat
        order.patience = call.patience
        order.viewed = call.views
        order.length = call.length
        order.resumes = call.resume
        order.overwrites = call.overwrite
        order.threads = call.machine.threads
        order.memory = call.machine.memory
        order.program = "strata \(strataVersion)"
        return order
    }

    @Sendable private static func patience(_ text: String) throws -> Double {
        let seconds = try Reading.double(text, of: "--patience")
        guard (0...86_400).contains(seconds) else { throw Exit(.usage, "--patience takes 0 to 86400 seconds") }
        return seconds
    }

    private static func span(_ call: Invocation<Options>) throws -> Range<Instant>? {
        guard call.from != nil || call.to != nil else { return nil }
        let first = Instant(year: 1900).map { $0 } ?? Instant(nanoseconds: 0)
        let last = Instant(year: 2200).map { $0 } ?? Instant(nanoseconds: .max)
        let (from, to) = (call.from ?? first, call.to ?? last)
        guard from < to else { throw Exit(.usage, "--from \(from) is not before --to \(to)") }
        return from..<to
    }

    private static func json(_ summary: PickSummary, out: String) -> JSON {
        [
            "out": .string(out), "instruments": .int(summary.groups), "files": .int(summary.files),
            "windows": .int(summary.windows), "picks": .int(summary.picks.count),
            "phases": .object(
                summary.counts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .int($0.value)) }),
            "detections": .int(summary.detections.count),
            "hours": .object(
                summary.coverage.hours.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                    JSON.Member($0.key.rawValue, .number($0.value))
                }),
            "damaged_records": .int(summary.damage.count), "notes": .array(summary.notes.map { .string($0) }),
            "seconds": .number(summary.seconds),
        ]
    }
}

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
    static let options: [Option] = [
        Option("--out", "DIR", "Where picks.csv, coverage.csv and what --format asks for go."),
        .modelWeights,
        Option("--from", "TIME", "Begin here, as 2024-05-06 or 2024-05-06T07:08:09; UTC."),
        Option("--to", "TIME", "End before this."),
        Option("--stations", "LIST", "Only these, as NET.STA* with * and ?, separated by commas."),
        Option("--prefer", "LIST", "Of several instruments at a place the first of these, as HH,BH."),
        Option("--components", "WHICH", "any (default): one channel is enough; all: none may be missing."),
        Option("--thresholds", "LIST", "As detection=0.3,P=0.1,S=0.1, instead of the model's own."),
        Option("--rule", "RULE", "trigger (default), peaks or eqt."),
        Option("--hop", "N", "Samples between windows, or a share of a window below 1 (default 0.5)."),
        Option("--blind", "N", "Samples at either end of a window that say nothing (default a twelfth)."),
        Option("--stack", "HOW", "max (default) or mean of overlapping windows."),
        Option("--grid", "WHERE", "clock (default): windows do not depend on where a file begins; start."),
        Option("--separate", "SECONDS", "Of picks of a phase closer than this the likelier."),
        Option("--uncertainty", "N", "Ask N times with dropout on; the spread is the uncertainty."),
        Option("--group", "WHAT", "instrument (default), or location: all of a place together, as SeisBench does."),
        Option("--resample", "Take recordings at another rate too, resampled to the network's."),
        Option("--curves", "DIR", "Write the curves there as well."),
        Option("--curves-format", "F", "mseed (default), or npz: a file of arrays for each day."),
        Option("--views", "N", "Picks of either end to look at in picks.html (default 16; 0 for no page)."),
        Option("--like", "PROGRAM", "seisbench: its grid, stacking, blinding, scale and thresholds."),
        Option("--format", "LIST", "Any of \(formats) (default csv)."),
        Option("--inventory", "F", "StationXML or a table of stations: places and gains."),
        Option("--length", "N", "Samples of a window, where the network leaves it open."),
        Option("--resume", "Go on where an interrupted night stopped."),
        Option("--patience", "SECONDS", "Of live records: how long a missing channel is waited for (default 30)."),
        Option("--skip-bad", "End with 0 although records were damaged."),
        .set, .threads, NetworkRun.memory, .overwrite, .path, .plugin, .json,
    ]
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

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard let out = call.value("--out") else { throw Exit(.usage, "pick needs --out DIR") }
        let order = try order(call, out: out)
        if let address = try LivePicking.address(call) { return try LivePicking.run(call, order, from: address) }
        if order.resumes, order.words.contains(StreamFiles.standardInput) {
            throw Exit(
                .usage, "standard input cannot be resumed", help: "keep the records in a file, or leave --resume")
        }
        return try reporting {
            let model = try ModelDoor(call)
            let night = PickNight(call, folder: FileManager.default.currentDirectoryPath)
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
            if call.has("--json") {
                Terminal.print(json(summary, out: out).text(indented: true))
            } else {
                for line in summary.lines { Terminal.print(line) }
                Terminal.print("\(TrainingDisplay.text(summary.seconds)) s; \(out)/picks.csv, \(out)/coverage.csv")
            }
            return summary.isComplete || call.has("--skip-bad") ? .done : .badData
        }
    }

    static func order(_ call: Invocation, out: String) throws -> PickOrder {
        var order = PickOrder(words: Array(call.operands.dropFirst()), out: out)
        order.span = try span(call)
        order.stations = list(call, "--stations")
        order.prefer = list(call, "--prefer")
        order.needsAllComponents = try call.word("--components", among: ["any", "all"]) == "all"
        order.thresholds = try call.value("--thresholds").map(EvaluateCommand.thresholds)
        order.rule = try call.word("--rule", among: PickRule.allCases.map(\.rawValue)).flatMap(PickRule.init)
        order.hop = try call.double("--hop")
        order.blind = try call.double("--blind")
        order.stack = try call.word("--stack", among: ["max", "mean"])
        order.anchor = try call.word("--grid", among: ["clock", "start"])
        order.separate = try call.double("--separate")
        order.passes = try call.int("--uncertainty", in: 2...10_000) ?? 1
        order.likeness = try call.word("--like", among: ["seisbench"]).flatMap(PickOrder.Likeness.init)
        let formats = list(call, "--format")
        order.formats = formats.isEmpty ? ["csv"] : formats.contains("csv") ? formats : ["csv"] + formats
        order.inventory = call.value("--inventory")
        order.joinsBands = try call.word("--group", among: ["instrument", "location"]) == "location"
        order.resamples = call.has("--resample")
        order.curves = call.value("--curves")
        order.curvesFormat = try call.word("--curves-format", among: ["mseed", "npz"]) ?? "mseed"
        order.patience = try seconds(call, "--patience") ?? order.patience
        order.viewed = try call.int("--views", in: 0...1000) ?? 16
        order.length = try call.int("--length", in: 1...10_000_000)
        order.resumes = call.has("--resume")
        order.overwrites = call.has("--overwrite")
        order.threads = try call.int("--threads", in: 1...256)
        order.memory = try NetworkRun.memoryLimit(call)
        order.program = "strata \(strataVersion)"
        return order
    }

    private static func seconds(_ call: Invocation, _ option: String) throws -> Double? {
        guard let value = try call.double(option) else { return nil }
        guard value >= 0, value <= 86_400 else { throw Exit(.usage, "\(option) takes 0 to 86400 seconds") }
        return value
    }

    private static func list(_ call: Invocation, _ option: String) -> [String] {
        (call.value(option) ?? "").split(separator: ",").map(String.init)
    }

    private static func span(_ call: Invocation) throws -> Range<Instant>? {
        func time(_ option: String, _ standard: Instant) throws -> Instant {
            guard let text = call.value(option) else { return standard }
            guard let time = Instant(text) else {
                throw Exit(.usage, "\(option) takes a time as 2024-05-06T07:08:09, not '\(text)'")
            }
            return time
        }
        guard call.has("--from") || call.has("--to") else { return nil }
        let first = Instant(year: 1900).map { $0 } ?? Instant(nanoseconds: 0)
        let last = Instant(year: 2200).map { $0 } ?? Instant(nanoseconds: .max)
        let (from, to) = (try time("--from", first), try time("--to", last))
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

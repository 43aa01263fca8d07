import Files
import Foundation
import GraphIR
import Runner

/// `strata compare`: networks side by side, and which differences are real.
enum CompareCommand: Command {
    static let name = "compare"
    static let otherWords = ["versus", "ablate", "ablation"]
    static let summary = "Train and judge networks side by side, and say which differences are real."
    static let operands = "(RUN | NETWORK)…"
    static let operandCount = 1...64
    static let options: [Option] = [
        Option("--data", "PATH", "The dataset to train on, or synthetic:COUNT."),
        Option("--seeds", "K", "Train each network with K seeds (default 3)."),
        Option("--epochs", "N", "As --set train.epochs=N."), Option("--batch", "N", "As --set train.batch=N."),
        Option("--out", "DIR", "Where runs, comparison.json and report.html go."),
        Option("--metrics", "LIST", "Judge these, as p_f1_0.5s,detection_f1, instead of the usual few."),
        Option("--rule", "RULE", "Judge picks as read by peaks (default), eqt or trigger (default of streams)."),
        Option("--stream", "FOLDER", "Judge on these continuous records, as pick would pick them (picks.csv)."),
        Option("--margin", "NAME=X", "Differences up to X do not matter in this metric, or unit.", repeats: true),
        Option("--why", "Also explain 200 test traces with every run, and judge on what their answers rest."),
        Option("--allow-different", "Compare runs with different data or preparation all the same."),
        Option("--csv", "F", "Also write the table for a spreadsheet."),
        Option("--latex", "F", "Also write the table for a paper."),
        Option.set, Option.threads, Option("--memory", "MIB", "Use at most so many MiB."),
        Option("--skip-bad", "Leave out traces that cannot be used, and count them."), .strict,
        Option.overwrite, Option.path, Option.plugin, Option.json,
    ]
    static let examples: [(line: String, says: String)] = [
        (
            "strata compare tutorial/branches tutorial/branches_no_memory --data synthetic:2000 --out pair",
            "does the memory matter? Three seeds each, then the table and pair/report.html"
        ),
        (
            "strata compare eqt eqt/gru eqt/vanilla --data stead/ --seeds 5 --out family",
            "trains what is missing; run it again to go on"
        ),
        (
            "strata compare runs/a runs/b --why --out pair",
            "and where each looks: before or after the arrival, at which component, at which frequencies"
        ),
        (
            "strata compare runs/a runs/b --stream network --out pair",
            "on continuous records with known arrivals: events found, false alarms an hour"
        ),
        ("strata compare runs/a runs/b --out pair", "runs that are there already; folders of runs work too"),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard let out = call.value("--out") else { throw Exit(.usage, "'compare' needs --out DIR") }
        let place = ComparisonPlace(folder: out)
        var request = Comparison.Request()
        request.metrics = (call.value("--metrics") ?? "").split(separator: ",").map(String.init)
        request.rule =
            try call.word("--rule", among: PickRule.allCases.map(\.rawValue)).flatMap(PickRule.init)
            ?? (call.value("--stream") == nil ? .peaks : .trigger)
        request.margins = try margins(call)
        request.allowsDifferent = call.has("--allow-different")
        if call.has("--why"), call.value("--stream") != nil {
            throw Exit(.usage, "--why explains windows of a test split, and --stream has none")
        }
        let files = [call.value("--csv"), call.value("--latex")].compactMap { $0 }
        for file in files where !call.has("--overwrite") && FileManager.default.fileExists(atPath: file) {
            throw Exit(.inputOutput, "\(file) is there already", help: "--overwrite replaces it")
        }
        return try reporting {
            let setup = try ComparisonSetup(call, place: place)
            guard try setup.train() == .finished else {
                Terminal.note("stopped and saved; the same command goes on")
                return .interrupted
            }
            let comparison = try Comparison(setup.contenders(), request: request, registry: setup.registry)
            try finish(comparison, place, setup.registry, call)
            return .done
        }
    }

    private static func finish(
        _ comparison: Comparison, _ place: ComparisonPlace, _ registry: Registry, _ call: Invocation
    ) throws {
        let why = try call.has("--why") ? why(comparison, call) : nil
        let content = ReportContent(
            comparison: comparison,
            disagreements: try DisagreementSearch(comparison).disagreements(),
            pictures: PictureSearch(comparison).pictures(), why: why,
            command: ["strata"] + CommandLine.arguments.dropFirst(), version: strataVersion)
        try place.write(comparison, why: why, report: Report(content, registry: registry).html)
        if let file = call.value("--csv") { try AtomicFile(file).write(comparison.csv) }
        if let file = call.value("--latex") { try AtomicFile(file).write(comparison.latex) }
        if call.has("--json") {
            Terminal.print(comparison.json.text(indented: true))
        } else {
            Terminal.print(ComparisonTable(comparison, width: Terminal.width, style: styled).text)
            if let why { Terminal.print("\n" + why.text(width: Terminal.width)) }
            Terminal.print("\nreport: \(place.reportPath)")
        }
    }

    private static func why(_ comparison: Comparison, _ call: Invocation) throws -> WhyTable {
        let memory = try call.int("--memory", in: 1...1 << 30).map { $0 << 20 }
        let search = try WhySearch(comparison, threads: call.int("--threads", in: 1...256), memory: memory)
        var table = try search.table()
        table.pictures = try search.pictures()
        return table
    }

    private static func margins(_ call: Invocation) throws -> [(name: String, margin: Double)] {
        try call.settings("--margin").map { pair in
            guard let margin = Double(pair.value), margin.isFinite else {
                throw Exit(.usage, "--margin takes NAME=NUMBER, not '\(pair.key)=\(pair.value)'")
            }
            return (pair.key, margin)
        }
    }

    static func styled(_ text: String, _ emphasis: ComparisonTable.Emphasis) -> String {
        switch emphasis {
        case .plain: text
        case .heading, .best: Terminal.styled(text, .bold)
        case .good: Terminal.styled(text, .green)
        case .bad: Terminal.styled(text, .red)
        case .faint: Terminal.styled(text, .dim)
        }
    }
}

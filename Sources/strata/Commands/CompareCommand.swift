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
    struct Options: OptionGroup {
        let data = Option<String?>("--data", "PATH", "The dataset to train on, or synthetic:COUNT.")
        let seeds = Option<Int>(
            "--seeds", "K", "Train each network with K seeds (default \(.standard)).", standard: 3, in: 1...1000)
        let lesson = LessonOptions()
        let out = Option<String?>("--out", "DIR", "Where runs, comparison.json and report.html go.")
        let metrics = Option<[String]>(
            "--metrics", "LIST", "Judge these, as p_f1_0.5s,detection_f1, instead of the usual few.", separatedBy: ",")
        let rule = Option<PickRule?>(
            "--rule", "RULE", "Judge picks as read by peaks (default), eqt or trigger (default of streams).")
        let stream = Option<String?>(
            "--stream", "FOLDER", "Judge on these continuous records, as pick would pick them (picks.csv).")
        let margin = Option<[(name: String, margin: Double)]>(
            "--margin", "NAME=X", "Differences up to X do not matter in this metric, or unit.", repeats: true,
            absent: [], reading: CompareCommand.margins)
        let why = Option<Bool>(
            "--why", "Also explain 200 test traces with every run, and judge on what their answers rest.")
        let allowDifferent = Option<Bool>(
            "--allow-different", "Compare runs with different data or preparation all the same.")
        let csv = Option<String?>("--csv", "F", "Also write the table for a spreadsheet.")
        let latex = Option<String?>("--latex", "F", "Also write the table for a paper.")
        let network = NetworkOptions()
        let trials = TrialOptions()
        let overwrite = Option<Bool>.overwrite
        let json = Option<Bool>.json
    }
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

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let out = call.out else { throw Exit(.usage, "'compare' needs --out DIR") }
        let place = ComparisonPlace(folder: out)
        var request = Comparison.Request()
        request.metrics = call.metrics
        request.rule = call.rule ?? (call.stream == nil ? .peaks : .trigger)
        request.margins = call.margin
        request.allowsDifferent = call.allowDifferent
        if call.why, call.stream != nil {
            throw Exit(.usage, "--why explains windows of a test split, and --stream has none")
        }
        let files = [call.csv, call.latex].compactMap { $0 }
        for file in files where !call.overwrite && FileManager.default.fileExists(atPath: file) {
            throw Exit(.inputOutput, "\(file) is there already", help: "--overwrite replaces it")
        }
        let setup = try ComparisonSetup(call, place: place)
        guard try setup.train() == .finished else {
            Terminal.note("stopped and saved; the same command goes on")
            return .interrupted
        }
        let comparison = try Comparison(setup.contenders(), request: request, registry: setup.registry)
        try finish(comparison, place, setup.registry, call)
        return .done
    }

    private static func finish(
        _ comparison: Comparison, _ place: ComparisonPlace, _ registry: Registry, _ call: Invocation<Options>
    ) throws {
        let why = try call.why ? why(comparison, call) : nil
        let content = ReportContent(
            comparison: comparison,
            disagreements: try DisagreementSearch(comparison).disagreements(),
            pictures: PictureSearch(comparison).pictures(), why: why,
            command: ["strata"] + CommandLine.arguments.dropFirst(), version: strataVersion)
        try place.write(comparison, why: why, report: Report(content, registry: registry).html)
        if let file = call.csv { try AtomicFile(file).write(comparison.csv) }
        if let file = call.latex { try AtomicFile(file).write(comparison.latex) }
        if call.json {
            Terminal.print(comparison.json.text(indented: true))
        } else {
            Terminal.print(ComparisonTable(comparison, width: Terminal.width, style: styled).text)
            if let why { Terminal.print("\n" + why.text(width: Terminal.width)) }
            Terminal.print("\nreport: \(place.reportPath)")
        }
    }

    private static func why(_ comparison: Comparison, _ call: Invocation<Options>) throws -> WhyTable {
        let search = try WhySearch(comparison, threads: call.trials.machine.threads, memory: call.trials.machine.memory)
        var table = try search.table()
        table.pictures = try search.pictures()
        return table
    }

    @Sendable private static func margins(_ texts: [String]) throws -> [(name: String, margin: Double)] {
        try Reading.pairs(texts, of: "--margin").map { pair in
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

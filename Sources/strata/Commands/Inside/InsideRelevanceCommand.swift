import GraphIR
import Interpreter
import Runner

/// `strata inside relevance`: why a network said what it said.
struct InsideRelevanceCommand: Command {
    static let name = "inside relevance"
    static let summary = "How much each component and sample of a trace counts for one number of a network."
    static let operands = "MODEL [FILE]"
    static let operandCount = 1...2
    static let options: [Option] =
        [
            InsideOptions.trace, InsideOptions.at,
            Option(
                "--of", "WHAT", "OUTPUT[CHANNEL][@WHERE] or LAYER/UNIT: p, phase[S]@31.2s, class[VTE]@event 2, lstm/37."
            ),
            Option("--against", "CLASS", "Explain how much more than this class it says."),
            Option("--rule", "RULE", "epsilon[=E] (default), difference, beta=B, negative or gamma=G."),
            Option(
                "--method", "METHOD", "relevance (default), gradient, product, integrated, smooth, occlusion or cam."),
            Option("--baseline", "WHAT", "noise (default), zero or a trace: where difference and integrated start."),
            Option("--first", "RULE", "Of the layers that read the waveform: same (default), flat or squares."),
            Option("--keep-layer", "PATH", "Keep the relevance at a layer too, in the arrays.", repeats: true),
            Option("--until", "PATH", "Stop at this layer: what of the number stands there, channel by channel."),
            Option("--layer", "PATH", "With --method cam: whose channels are weighed (default: the last hidden conv)."),
            Option("--checks", "HOW", "none, some (default) or all."), InsideOptions.beside,
            Option("--shifts", "N", "The mean over N windows, each beginning a sample later."),
            Option("--uncertainty", "N", "The mean over N draws of the network's dropout, and how much it varies."),
            InsideOptions.csv, InsideOptions.svg,
        ] + InsideOptions.shared
    static let examples: [(line: String, says: String)] = [
        ("strata inside relevance runs/first --trace 3 --of p", "Why this P? With its account and checks."),
        (
            "strata inside relevance runs/mine --trace 3 --of p@12.3s --rule beta=0 --html why.html",
            "The slides' rule at a place of one's own, as a page."
        ),
        (
            "strata inside relevance eqt.strata quake.mseed --at 2024-01-02T03:04:21 --of p --svg why.svg",
            "Of a recording, the window around a moment."
        ),
    ]

    /// How it is to be explained: what a command line says of that, each with what else it goes with.
    private struct Way {
        var rule: RelevanceRule
        var method: Method
        var first: FirstRule
        var checking: RelevanceFinding.Checking
        var averaging: RelevanceFinding.Averaging
        /// Where relevance stops.
        var until: String?
        /// Layers whose relevance is kept beside.
        var kept: [String]
        /// Whose channels Grad-CAM weighs.
        var layer: String?

        init(_ call: Invocation) throws {
            rule = try InsideOptions.rule(call.value("--rule"))
            method = try InsideOptions.word(call, "--method", Method.self) ?? .relevance
            first = try InsideOptions.word(call, "--first", FirstRule.self) ?? .same
            checking = try InsideOptions.word(call, "--checks", RelevanceFinding.Checking.self) ?? .some
            let shifts = try call.int("--shifts", in: 2...10_000), draws = try call.int("--uncertainty", in: 2...10_000)
            if shifts != nil, draws != nil {
                throw Exit(.usage, "--shifts and --uncertainty are means over different things: give one of them")
            }
            averaging = shifts.map { .shifts($0) } ?? draws.map { .dropout($0) } ?? .none
            (until, kept) = (call.value("--until"), call.all("--keep-layer"))
            layer = call.value(InsideOptions.layer.name)
            try refuse(call)
        }

        private func refuse(_ call: Invocation) throws {
            let own = [
                "--rule", "--first", "--checks", "--shifts", "--uncertainty", "--until", "--keep-layer",
                InsideOptions.beside.name,
            ]
            if method != .relevance, let other = own.first(where: { call.has($0) }) {
                throw Exit(.usage, "\(other) is for --method relevance")
            }
            if layer != nil, method != .cam {
                throw Exit(
                    .usage, "--layer is for --method cam",
                    help: "--until stops relevance at a layer, --keep-layer keeps it beside")
            }
            if until != nil || !kept.isEmpty, averaging != .none {
                throw Exit(
                    .usage, "--until and --keep-layer are of one window", help: "leave --shifts and --uncertainty")
            }
            if first != .same, rule == .difference {
                throw Exit(.usage, "--rule difference asks what came in, --first \(first.rawValue) does not")
            }
            if call.has("--baseline"), method != .integrated, rule != .difference {
                throw Exit(.usage, "--baseline is for --rule difference and --method integrated")
            }
            if call.operands.count < 2, call.has(InsideOptions.at.name) {
                throw Exit(.usage, "--at is of a recording", help: "strata inside relevance MODEL FILE --at TIME")
            }
        }
    }

    /// The window and the number that are explained: without --of the likeliest pick or class of it, without --trace
    /// the first that has one.
    private static func asked(
        _ call: Invocation, _ subject: Subject, isRecording: Bool
    ) throws -> (seen: Subject.Seen, question: Question) {
        let of = try call.value("--of").map { try Question($0, against: call.value("--against")) }
        let traces =
            try isRecording
            ? (call.has(InsideOptions.at.name) ? [InsideOptions.window(call, subject)] : subject.traces("all"))
            : InsideOptions.traces(call, subject, usual: call.has("--of") ? 1 : 1000)
        for trace in traces {
            let seen = try subject.look(trace)
            if let question = try of ?? subject.usualQuestion(of: seen) {
                return (seen, Question(question, against: call.value("--against")))
            }
        }
        // None has a pick: its highest sample then, with a remark that says so.
        guard let first = traces.first else { throw Exit(.badData, "\(subject.dataset.path) has no trace") }
        return (try subject.look(first), Question(try subject.usualOutput(), against: call.value("--against")))
    }

    static func run(_ call: Invocation) throws -> ExitStatus {
        let way = try Way(call)
        let recording = call.operands.count > 1 ? call.operands[1] : nil
        let subject = try InsideOptions.subject(call, recording: recording)
        subject.first = way.first
        if let baseline = call.value("--baseline") {
            subject.baseline =
                baseline == "noise"
                ? .noise : baseline == "zero" ? .zero : .trace(try reporting { try subject.find(baseline) })
        }
        return try reporting {
            let (seen, question) = try asked(call, subject, isRecording: recording != nil)
            let finding =
                way.method == .relevance
                ? try subject.relevance(
                    question, of: seen, rule: way.rule, checking: way.checking, averaging: way.averaging,
                    until: way.until, keeping: way.kept)
                : try subject.explain(question, of: seen, by: way.method, layer: way.layer)
            try InsideLook(
                name: InsideLook.name("relevance", call.value("--of") ?? finding.target.output, finding.seen.name),
                text: finding.text, json: finding.json, page: { finding.page(command: InsideLook.line(call)) },
                arrays: finding.arrays, csv: finding.csv, svg: { finding.svg }
            ).finish(call)
            return .done
        }
    }
}

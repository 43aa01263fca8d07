import Foundation
import GraphIR
import Interpreter
import Runner
import Seismic

/// `strata inside relevance`: why a network said what it said.
struct InsideRelevanceCommand: Command {
    static let name = "inside relevance"
    static let summary = "How much each component and sample of a trace counts for one number of a network."
    static let operands = "MODEL [FILE]"
    static let operandCount = 1...2
    struct Options: OptionGroup {
        let trace = Option<[String]>.trace
        let at = Option<Instant?>(
            "--at", "TIME", "Of a recording FILE: the window in whose middle this moment is.",
            read: Reading.time(of: "--at"))
        let of = Option<String?>(
            "--of", "WHAT",
            "OUTPUT[CHANNEL][@WHERE] or LAYER/UNIT: p, phase[S]@31.2s, class[VTE]@event 2, lstm/37.")
        let against = Option<String?>("--against", "CLASS", "Explain how much more than this class it says.")
        let rule = Option<RelevanceRule>.relevanceRule
        let method = Option<Method>("--method", "METHOD", "\(.words).", standard: .relevance)
        let baseline = Option<String>(
            "--baseline", "WHAT", "noise (default), zero or a trace: where difference and integrated start.",
            standard: "noise")
        let first = Option<FirstRule>(
            "--first", "RULE", "Of the layers that read the waveform: \(.words).", standard: .same)
        let keepLayer = Option<[String]>(
            "--keep-layer", "PATH", "Keep the relevance at a layer too, in the arrays.")
        let until = Option<String?>(
            "--until", "PATH", "Stop at this layer: what of the number stands there, channel by channel.")
        let layer = Option<String?>(
            "--layer", "PATH", "With --method cam: whose channels are weighed (default: the last hidden conv).")
        let checks = Option<RelevanceFinding.Checking>("--checks", "HOW", "\(.words).", standard: .some)
        let beside = Option<[String]>.beside
        let shifts = Option<Int?>(
            "--shifts", "N", "The mean over N windows, each beginning a sample later.", in: 2...10_000)
        let uncertainty = Option<Int?>(
            "--uncertainty", "N", "The mean over N draws of the network's dropout, and how much it varies.",
            in: 2...10_000)
        let npz = Option<String?>.npz
        let csv = Option<String?>.csv
        let svg = Option<String?>.svg
        let html = Option<String?>.html
        let inside = InsideOptions()
    }
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

        init(_ call: Invocation<Options>) throws {
            (rule, method, first, checking) = (call.rule, call.method, call.first, call.checks)
            let shifts = call.shifts, draws = call.uncertainty
            if shifts != nil, draws != nil {
                throw Exit(.usage, "--shifts and --uncertainty are means over different things: give one of them")
            }
            averaging = shifts.map { .shifts($0) } ?? draws.map { .dropout($0) } ?? .none
            (until, kept) = (call.until, call.keepLayer)
            layer = call.layer
            try refuse(call)
        }

        private func refuse(_ call: Invocation<Options>) throws {
            let own = call.firstGiven { options in
                [
                    options.rule, options.first, options.checks, options.shifts, options.uncertainty, options.until,
                    options.keepLayer, options.beside,
                ]
            }
            if method != .relevance, let other = own {
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
            if call.has(\.baseline), method != .integrated, rule != .difference {
                throw Exit(.usage, "--baseline is for --rule difference and --method integrated")
            }
            if call.operands.count < 2, call.at != nil {
                throw Exit(.usage, "--at is of a recording", help: "strata inside relevance MODEL FILE --at TIME")
            }
        }
    }

    /// The window and the number that are explained: without --of the likeliest pick or class of it, without --trace
    /// the first that has one.
    private static func asked(
        _ call: Invocation<Options>, _ subject: Subject, isRecording: Bool
    ) throws -> (seen: Subject.Seen, question: Question) {
        let of = try call.of.map { try Question($0, against: call.against) }
        let traces =
            try isRecording
            ? call.at.map { time in [try subject.window(holding: time)] } ?? subject.traces(.all)
            : call.inside.traces(of: subject, named: call.trace, most: call.of != nil ? 1 : 1000)
        for trace in traces {
            let seen = try subject.look(trace)
            if let question = try of ?? subject.usualQuestion(of: seen) {
                return (seen, Question(question, against: call.against))
            }
        }
        // None has a pick: its highest sample then, with a remark that says so.
        guard let first = traces.first else { throw Exit(.badData, "\(subject.dataset.path) has no trace") }
        return (try subject.look(first), Question(try subject.usualOutput(), against: call.against))
    }

    private static func mustBeRecording(_ recording: String, _ call: Invocation<Options>) throws {
        if let other = call.firstGiven(of: { [$0.inside.data, $0.trace, $0.inside.split] }) {
            throw Exit(.usage, "\(other) is of a dataset, and \(recording) is a recording")
        }
        guard FileManager.default.fileExists(atPath: recording) else {
            throw Exit(
                .inputOutput, "there is no file \(recording)", help: "a recording, or --data DATASET and --trace")
        }
    }

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let way = try Way(call)
        let recording = call.operands.count > 1 ? call.operands[1] : nil
        if let recording { try mustBeRecording(recording, call) }
        let subject = try call.inside.subject(besides: call.beside, recording: recording)
        subject.first = way.first
        subject.baseline =
            switch call.baseline {
            case "noise": .noise
            case "zero": .zero
            case let trace: .trace(try subject.find(trace))
            }
        let (seen, question) = try asked(call, subject, isRecording: recording != nil)
        let finding =
            way.method == .relevance
            ? try subject.relevance(
                question, of: seen, rule: way.rule, checking: way.checking, averaging: way.averaging,
                until: way.until, keeping: way.kept)
            : try subject.explain(question, of: seen, by: way.method, layer: way.layer)
        try InsideLook(
            name: InsideLook.name("relevance", call.of ?? finding.target.output, finding.seen.name),
            text: finding.text, json: finding.json, page: { finding.page(command: InsideLook.line) },
            arrays: finding.arrays, csv: finding.csv, svg: { finding.svg }
        ).finish(call.inside, html: call.html, npz: call.npz, csv: call.csv, svg: call.svg)
        return .done
    }
}

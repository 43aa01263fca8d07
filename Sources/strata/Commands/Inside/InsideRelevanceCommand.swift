import GraphIR
import Interpreter
import Runner

/// `strata inside relevance`: why a network said what it said.
struct InsideRelevanceCommand: Command {
    static let name = "inside relevance"
    static let summary = "How much each component and sample of a trace counts for one number of a network."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] =
        [
            InsideOptions.trace,
            Option(
                "--of", "WHAT", "OUTPUT[CHANNEL][@WHERE] or LAYER/UNIT: p, phase[S]@31.2s, class[VTE]@mean, lstm/37."),
            Option("--against", "CLASS", "Explain how much more than this class it says."),
            Option("--rule", "RULE", "epsilon[=E] (default), difference, beta=B, negative or gamma=G."),
            Option(
                "--method", "METHOD", "relevance (default), gradient, product, integrated, smooth, occlusion or cam."),
            Option("--baseline", "WHAT", "noise (default), zero or a trace: where difference and integrated start."),
            Option("--layer", "PATH", "With --method cam: whose channels are weighed (default: the last hidden conv)."),
            Option("--checks", "HOW", "none, some (default) or all."), InsideOptions.beside,
            Option("--shifts", "N", "The mean over N windows, each beginning a sample later."),
            Option("--uncertainty", "N", "The mean over N draws of the network's dropout, and how much it varies."),
            InsideOptions.csv,
        ] + InsideOptions.shared
    static let examples: [(line: String, says: String)] = [
        ("strata inside relevance runs/first --trace 3 --of p", "Why this P? With its account and checks."),
        (
            "strata inside relevance runs/mine --trace 3 --of p@12.3s --rule beta=0 --html why.html",
            "The slides' rule at a place of one's own, as a page."
        ),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let rule = try InsideOptions.rule(call.value("--rule"))
        let checking =
            try call.word("--checks", among: RelevanceFinding.Checking.allCases.map(\.rawValue))
            .flatMap(RelevanceFinding.Checking.init) ?? .some
        let method =
            try call.word("--method", among: Method.allCases.map(\.rawValue)).flatMap(Method.init) ?? .relevance
        let own = ["--rule", "--checks", "--shifts", "--uncertainty", InsideOptions.beside.name]
        if method != .relevance, let other = own.first(where: { call.has($0) }) {
            throw Exit(.usage, "\(other) is for --method relevance")
        }
        if method != .cam, call.has("--layer") { throw Exit(.usage, "--layer is for --method cam") }
        let shifts = try call.int("--shifts", in: 2...10_000), draws = try call.int("--uncertainty", in: 2...10_000)
        if shifts != nil, draws != nil {
            throw Exit(.usage, "--shifts and --uncertainty are means over different things: give one of them")
        }
        let averaging: RelevanceFinding.Averaging =
            shifts.map { .shifts($0) } ?? draws.map { .dropout($0) } ?? .none
        let subject = try InsideOptions.subject(call)
        if let baseline = call.value("--baseline") {
            guard method == .integrated || rule == .difference else {
                throw Exit(.usage, "--baseline is for --rule difference and --method integrated")
            }
            subject.baseline =
                baseline == "noise"
                ? .noise : baseline == "zero" ? .zero : .trace(try reporting { try subject.find(baseline) })
        }
        let trace = try InsideOptions.traces(call, subject, usual: 1)[0]
        return try reporting {
            let asked = call.value("--of") ?? subject.graph.outputs.first?.name ?? ""
            let question = try Question(asked, against: call.value("--against"))
            let seen = try subject.look(trace)
            let finding =
                method == .relevance
                ? try subject.relevance(question, of: seen, rule: rule, checking: checking, averaging: averaging)
                : try subject.explain(question, of: seen, by: method, layer: call.value("--layer"))
            return try InsideOptions.finish(
                call, text: finding.text, json: finding.json,
                html: { finding.page(command: InsideOptions.line(call, name)) }, arrays: finding.arrays,
                csv: finding.csv)
        }
    }
}

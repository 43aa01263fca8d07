import GraphIR
import Runner

/// `strata inside optimum`: what a network would like best.
struct InsideOptimumCommand: Command {
    static let name = "inside optimum"
    static let summary = "Change a window step by step until a number of a network grows no more."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] =
        [
            InsideOptions.most,
            Option("--of", "WHAT", "OUTPUT[CHANNEL][@WHERE] or LAYER/UNIT (default: the first output)."),
            Option("--against", "CLASS", "How much more than this class."),
            Option("--least", "Seek what it likes least: the best noise."),
            Option(
                "--from", "LIST", "zeros, noise:N and traces by name or number (default: zeros,noise:8,a test trace)."),
            Option("--band", "LO..HI", "Keep to these Hz (default: what the run's own filters let through)."),
            Option("--energy", "W", "What a window's energy costs (default 0)."),
            Option("--rough", "W", "What its roughness costs (default 0)."),
            Option("--jitter", "N", "Move the window by up to N samples in each step (default 0)."),
            Option("--natural", "Take steps in a spectrum scaled by that of the data."),
            Option("--steps", "N", "At most so many steps (default 1000)."),
        ] + InsideOptions.shared
    static let examples: [(line: String, says: String)] = [
        (
            "strata inside optimum runs/detector --band 1..15 --html optimum.html",
            "The earthquake it would like best, ten times, over the spectra of real ones."
        )
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        var wishes = OptimumFinding.Wishes()
        wishes.isLeast = call.has("--least")
        wishes.isNatural = call.has("--natural")
        wishes.energy = try weight(call, "--energy")
        wishes.roughness = try weight(call, "--rough")
        wishes.jitter = try call.int("--jitter", in: 0...10_000) ?? 0
        wishes.steps = try call.int("--steps", in: 1...100_000) ?? 1000
        wishes.band = try band(call.value("--band"))
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 100)
        return try reporting {
            let question = try Question(
                call.value("--of") ?? subject.graph.outputs.first?.name ?? "", against: call.value("--against"))
            let finding = try subject.optimum(
                question, from: try starts(call.value("--from"), subject, traces), traces: traces, wishes: wishes)
            try InsideLook(
                name: InsideLook.name("optimum", call.value("--of")), text: finding.text, json: finding.json,
                page: { finding.page(command: InsideLook.line(call)) }, arrays: finding.arrays
            ).finish(call)
            return .done
        }
    }

    private static func weight(_ call: Invocation, _ name: String) throws -> Double {
        let weight = try call.double(name) ?? 0
        guard weight >= 0, weight.isFinite else { throw Exit(.usage, "\(name) takes a number from 0 on") }
        return weight
    }

    private static func band(_ text: String?) throws -> ClosedRange<Double>? {
        guard let text else { return nil }
        guard let dots = text.range(of: ".."), let low = Double(text[..<dots.lowerBound]),
            let high = Double(text[dots.upperBound...]), low >= 0, low < high, high.isFinite
        else { throw Exit(.usage, "--band takes two frequencies in Hz, as 1..15, not '\(text)'") }
        return low...high
    }

    private static func starts(
        _ text: String?, _ subject: Subject, _ traces: [Int]
    ) throws -> [OptimumFinding.Start] {
        guard let text else {
            return [.zeros] + (0..<8).map { .noise($0) } + traces.prefix(1).map { .trace($0) }
        }
        return try text.split(separator: ",").flatMap { part -> [OptimumFinding.Start] in
            if part == "zeros" { return [.zeros] }
            if part == "noise" { return [.noise(0)] }
            if part.hasPrefix("noise:") {
                guard let count = Int(part.dropFirst(6)), (1...1000).contains(count) else {
                    throw Exit(.usage, "--from noise:N takes 1 to 1000, not '\(part)'")
                }
                return (0..<count).map { .noise($0) }
            }
            return [.trace(try subject.find(String(part)))]
        }
    }
}

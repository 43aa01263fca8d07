import GraphIR
import Runner

/// `strata inside optimum`: what a network would like best.
struct InsideOptimumCommand: Command {
    static let name = "inside optimum"
    static let summary = "Change a window step by step until a number of a network grows no more."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let most = Option<Int?>.most
        let of = Option<String?>(
            "--of", "WHAT", "OUTPUT[CHANNEL][@WHERE] or LAYER/UNIT (default: the first output).")
        let against = Option<String?>("--against", "CLASS", "How much more than this class.")
        let least = Option<Bool>("--least", "Seek what it likes least: the best noise.")
        let from = Option<[WantedStart]?>(
            "--from", "LIST", "zeros, noise:N and traces by name or number (default: zeros,noise:8,a test trace).",
            read: WantedStart.list)
        let band = Option<ClosedRange<Double>?>(
            "--band", "LO..HI", "Keep to these Hz (default: what the run's own filters let through).",
            read: InsideOptimumCommand.band)
        let energy = Option<Double>.weight("--energy", "What a window's energy costs (default \(.standard)).")
        let rough = Option<Double>.weight("--rough", "What its roughness costs (default \(.standard)).")
        let jitter = Option<Int>(
            "--jitter", "N", "Move the window by up to N samples in each step (default \(.standard)).", standard: 0,
            in: 0...10_000)
        let natural = Option<Bool>("--natural", "Take steps in a spectrum scaled by that of the data.")
        let steps = Option<Int>(
            "--steps", "N", "At most so many steps (default \(.standard)).", standard: 1000, in: 1...100_000)
        let html = Option<String?>.html
        let npz = Option<String?>.npz
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        (
            "strata inside optimum runs/detector --band 1..15 --html optimum.html",
            "The earthquake it would like best, ten times, over the spectra of real ones."
        )
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        var wishes = OptimumFinding.Wishes()
        wishes.isLeast = call.least
        wishes.isNatural = call.natural
        (wishes.energy, wishes.roughness) = (call.energy, call.rough)
        (wishes.jitter, wishes.steps) = (call.jitter, call.steps)
        wishes.band = call.band
        let subject = try call.inside.subject()
        let traces = try call.inside.traces(of: subject, most: call.most ?? 100)
        let question = try Question(
            call.of ?? subject.graph.outputs.first?.name ?? "", against: call.against)
        let finding = try subject.optimum(
            question, from: try starts(call.from, subject, traces), traces: traces, wishes: wishes)
        try InsideLook(
            name: InsideLook.name("optimum", call.of), text: finding.text, json: finding.json,
            page: { finding.page(command: InsideLook.line) }, arrays: finding.arrays
        ).finish(call.inside, html: call.html, npz: call.npz)
        return .done
    }

    @Sendable private static func band(_ text: String) throws -> ClosedRange<Double> {
        guard let dots = text.range(of: ".."), let low = Double(text[..<dots.lowerBound]),
            let high = Double(text[dots.upperBound...]), low >= 0, low < high, high.isFinite
        else { throw Exit(.usage, "--band takes two frequencies in Hz, as 1..15, not '\(text)'") }
        return low...high
    }

    /// Where it begins as somebody asks for it: traces are still to be found.
    enum WantedStart: Sendable {
        case zeros
        case noise(Int)
        case trace(String)

        @Sendable static func list(_ text: String) throws -> [WantedStart] {
            try text.split(separator: ",").flatMap { part -> [WantedStart] in
                if part == "zeros" { return [.zeros] }
                if part == "noise" { return [.noise(0)] }
                guard part.hasPrefix("noise:") else { return [.trace(String(part))] }
                guard let count = Int(part.dropFirst(6)), (1...1000).contains(count) else {
                    throw Exit(.usage, "--from noise:N takes 1 to 1000, not '\(part)'")
                }
                return (0..<count).map { .noise($0) }
            }
        }
    }

    private static func starts(
        _ wanted: [WantedStart]?, _ subject: Subject, _ traces: [Int]
    ) throws -> [OptimumFinding.Start] {
        guard let wanted else {
            return [.zeros] + (0..<8).map { .noise($0) } + traces.prefix(1).map { .trace($0) }
        }
        return try wanted.map { start in
            switch start {
            case .zeros: .zeros
            case .noise(let number): .noise(number)
            case .trace(let name): .trace(try subject.find(name))
            }
        }
    }
}

extension Option where Value == Double {
    fileprivate static func weight(_ name: String, _ says: OptionText) -> Self {
        Self(name, "W", says, standard: "0", absent: 0) { text in
            let weight = try Reading.double(text, of: name)
            guard weight >= 0 else { throw Exit(.usage, "\(name) takes a number from 0 on") }
            return weight
        }
    }
}

import Foundation
import GraphIR

/// How long a step of a team should take: what `strata plan` says before anybody has the machines, and `bench --team`
/// holds against what is measured. Only arithmetic.
///
///     step = windows of a thread / rate × slowest of n  +  what does not shrink  +  talk / every
public struct ScalingModel: Sendable {
    /// What carries the messages.
    public struct Wire: Sendable, Equatable {
        public var name: String
        /// Seconds that a message takes on its way.
        public var latency: Double
        /// Bytes a second of one process.
        public var bandwidth: Double

        public init(name: String, latency: Double, bandwidth: Double) {
            (self.name, self.latency, self.bandwidth) = (name, latency, bandwidth)
        }

        /// What is taken where nobody says which.
        public static let usual = Wire(name: "10GbE", latency: 30e-6, bandwidth: 1.15e9)
        public static let known = [
            Wire(name: "1GbE", latency: 50e-6, bandwidth: 0.118e9), usual,
            Wire(name: "100GbE", latency: 20e-6, bandwidth: 5e9),
            Wire(name: "FDR10", latency: 2e-6, bandwidth: 4.5e9),
            Wire(name: "InfiniBand", latency: 1.5e-6, bandwidth: 12e9),
            Wire(name: "shared-memory", latency: 1e-6, bandwidth: 4e9),
        ]
    }

    /// One number of processes.
    public struct Row: Sendable, Equatable {
        public var ranks: Int
        /// The windows of the process that has most.
        public var windows: Int
        public var compute: Double
        public var talk: Double
        public var step: Double
        public var speedUp: Double
        /// Threads of such a process that find no window.
        public var idleThreads: Int
    }

    public var batch: Int
    public var part: Int
    /// Windows a second of one thread.
    public var rate: Double
    /// Threads of a process.
    public var threads: Int
    /// Bytes of the gradients.
    public var bytes: Int
    public var wire: Wire
    /// After how many steps the processes talk.
    public var every = 1
    /// Seconds of a step that do not shrink: the update, the small message, the windows' way in.
    public var fixed = 0.002
    /// How much the times of equal processes scatter.
    public var scatter = 0.03

    public init(batch: Int, part: Int, rate: Double, threads: Int, bytes: Int, wire: Wire) {
        (self.batch, self.part, self.rate) = (max(1, batch), max(1, min(part, batch)), max(1e-9, rate))
        (self.threads, self.bytes, self.wire) = (max(1, threads), bytes, wire)
    }

    public var parts: Int { (batch + part - 1) / part }

    /// The windows of the process that has most.
    private func windows(_ ranks: Int) -> Int { min(batch, (parts + ranks - 1) / ranks * part) }

    /// A thread does whole windows of one part after the other: nine windows on eight threads take as long as sixteen.
    private func compute(_ ranks: Int) -> Double {
        let (whole, rest) = windows(ranks).quotientAndRemainder(dividingBy: part)
        func rounds(_ windows: Int) -> Int { (windows + threads - 1) / threads }
        return Double(whole * rounds(part) + rounds(rest)) / rate * slowest(ranks)
    }

    /// All pieces to whoever adds them and back: 2 (n - 1) / n of the bytes, and reading them for the sum.
    private func talk(_ ranks: Int) -> Double {
        guard ranks > 1 else { return 0 }
        let n = Double(ranks)
        return 2 * log2(n).rounded(.up) * wire.latency + 2 * (n - 1) / n * Double(bytes) / wire.bandwidth
            + Double(bytes) / 4e9
    }

    /// The mean of the greatest of n equal times that scatter (normal).
    private func slowest(_ ranks: Int) -> Double {
        switch ranks {
        case ...1: return 1
        case 2: return 1 + scatter * 0.56
        case 3: return 1 + scatter * 0.85
        case 4: return 1 + scatter * 1.03
        default:
            let a = (2 * log(Double(ranks))).squareRoot()
            return 1 + scatter * (a - (log(log(Double(ranks))) + log(4 * Double.pi)) / (2 * a) + 0.577 / a)
        }
    }

    public func row(ranks: Int) -> Row {
        func step(_ ranks: Int) -> Double { compute(ranks) + fixed + talk(ranks) / Double(every) }
        return Row(
            ranks: ranks, windows: windows(ranks), compute: compute(ranks), talk: talk(ranks) / Double(every),
            step: step(ranks), speedUp: step(1) / step(ranks), idleThreads: max(0, threads - windows(ranks)))
    }

    /// The largest number of processes from which more gain less than a twentieth.
    public func useful(upTo most: Int) -> Int {
        var best = 1
        var ranks = 2
        while ranks <= min(most, parts) {
            if row(ranks: ranks).step < row(ranks: best).step / 1.05 { best = ranks }
            ranks *= 2
        }
        return best
    }
}

import Layers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How long each step of a plan keeps a processor busy, summed over threads: waiting for others does not count.
public final class Profile {
    public struct Row: Sendable {
        /// The nodes that the step stands for.
        public var paths: [String]
        public var forwardSeconds: Double
        public var backwardSeconds: Double
    }
    private var nanoseconds: [[(forward: UInt64, backward: UInt64)]]

    init(steps: Int, workers: Int) {
        nanoseconds = (0..<workers).map { _ in [(forward: UInt64, backward: UInt64)](repeating: (0, 0), count: steps) }
    }

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    func add(_ duration: UInt64, _ work: Work, worker: Int) {
        if work.kind == .forward {
            nanoseconds[worker][work.step].forward += duration
        } else {
            nanoseconds[worker][work.step].backward += duration
        }
    }

    func rows(_ plan: Plan) -> [Row] {
        plan.lowered.steps.indices.map { step in
            Row(
                paths: plan.lowered.steps[step].nodes.map { plan.graph.nodes[$0].path },
                forwardSeconds: Double(nanoseconds.reduce(0) { $0 + $1[step].forward }) * 1e-9,
                backwardSeconds: Double(nanoseconds.reduce(0) { $0 + $1[step].backward }) * 1e-9)
        }
    }
}

extension Machine {
    /// Begins to measure every layer.
    public func startProfile() {
        profile = Profile(steps: plan.lowered.steps.count, workers: max(1, plan.options.threads))
    }
    /// What was measured since `startProfile`, by step of the plan.
    public func endProfile() -> [Profile.Row] {
        defer { profile = nil }
        return profile?.rows(plan) ?? []
    }
}

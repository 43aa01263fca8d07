import GraphIR
import Layers

/// The way back of a relevance pass, with its books: layer by layer, what each took and gave.
struct RelevanceWalk {
    let machine: Machine
    let rule: RelevanceRule
    let baseline: Int?
    /// Layers run alone, for rules that take their sums apart.
    let sums: [Int: SignedSums]
    /// Layers that read the waveform, where their rule is another.
    let first: [Int: FirstShares]

    /// The books of one layer, of the first sample.
    struct Entry {
        /// What comes out, times what came back for it.
        var taken = 0.0
        /// What came in, times what went on to it.
        var given = 0.0
        var constants = 0.0
        var stabiliser = 0.0
    }

    /// From the gradients set for outputs back to the inputs. Serial: one sample has little to share.
    func run() throws(MachineError) -> [Entry] {
        let plan = machine.plan
        var entries = plan.lowered.steps.map { _ in Entry() }
        for stage in plan.schedule.backward {
            for work in stage.works { try walk(work, stage.cut, &entries[work.step]) }
        }
        for (index, step) in plan.lowered.steps.enumerated() {
            // Constants of a first layer are shared with the rest.
            guard first[index] == nil else { continue }
            for weight in step.weights where plan.layout.entries[weight].spec.isConstant {
                entries[index].constants += product(weight)
            }
        }
        return entries
    }

    /// A constant's own share: each number times how much it matters.
    private func product(_ weight: Int) -> Double {
        guard baseline == nil else { return 0 }
        return machine.plan.layout.entries[weight].range.reduce(0) {
            $0 + Double(machine.memory.weights[$1]) * Double(machine.memory.gradients[$1])
        }
    }

    private func walk(_ work: Work, _ cut: WorkPhase, _ entry: inout Entry) throws(MachineError) {
        let samples = 0..<machine.samples
        let call = machine.tables.calls[0][work.step]
        if case .accumulate(let place) = work.kind {
            guard let sum = call.sums[place], let waiting = call.inputGradients[place] else { return }
            for sample in samples { sum.add(waiting, of: sample) }
            return
        }
        let arithmetic = machine.plan.lowered.steps[work.step].arithmetic
        if work.phase == 0 {
            if rule.stabiliser > 0, arithmetic.isWeightedSum { entry.stabiliser += stabilise(call) }
            entry.taken = difference(call.output, call.outputGradient)
        }
        if let first = first[work.step] {
            if work.phase == 0 {
                let shared = try first.share(call)
                entry.given += shared.given
                entry.constants += shared.constants
                for sample in samples { call.inputGradients[0]?.clearGaps(of: sample) }
            }
            return
        }
        if let sums = sums[work.step] {
            if work.phase == 0 { entry.constants += try sums.share(call, rule) }
        } else {
            entry.constants += relevance(work, cut, arithmetic)
        }
        guard work.phase == arithmetic.backwardPhases.count - 1 else { return }
        for place in 0..<call.inputCount {
            guard let gradient = call.inputGradients[place] else { continue }
            for sample in samples { gradient.clearGaps(of: sample) }
            entry.given += difference(call.inputs[place], gradient)
        }
    }

    /// The layer's own way; what it says of constants.
    private func relevance(_ work: Work, _ cut: WorkPhase, _ arithmetic: any Arithmetic) -> Double {
        var account = [Double](repeating: 0, count: machine.samples)
        account.withUnsafeMutableBufferPointer { account in
            func call(_ range: Range<Int>, _ part: Int) {
                var pass = machine.pass(work, range, part: part, worker: 0, slot: 0)
                pass.baseline = baseline
                pass.account = account.baseAddress
                arithmetic.relevance(pass)
            }
            switch cut {
            case .parts(let parts): for part in 0..<parts { call(0..<machine.samples, part) }
            case .samples(let grain):
                for first in stride(from: 0, to: machine.samples, by: max(1, grain)) {
                    call(first..<min(machine.samples, first + max(1, grain)), 0)
                }
            }
        }
        return account[0]
    }

    /// `c · |z| / (|z| + ε)` in place; what is lost that way.
    private func stabilise(_ call: Tables.Call) -> Double {
        guard let gradient = call.outputGradient else { return 0 }
        var lost = 0.0
        for row in 0..<gradient.rows {
            let (z, c) = (call.output.row(row, of: 0), gradient.row(row, of: 0))
            for t in 0..<gradient.length(of: 0) where c[t] != 0 {
                let size = Double(abs(z[t]))
                let kept = Double(c[t]) * size / (size + rule.stabiliser)
                lost += Double(z[t]) * (Double(c[t]) - kept)
                c[t] = Float(kept)
            }
        }
        return lost
    }

    /// The sum of products of an array, or of how it differs from the baseline's, with what came back for it.
    private func difference(_ values: Tensor, _ gradient: Tensor?) -> Double {
        guard let gradient else { return 0 }
        var sum = 0.0
        for row in 0..<gradient.rows {
            let (x, c) = (values.row(row, of: 0), gradient.row(row, of: 0))
            let start = baseline.map { values.row(row, of: $0) }
            for t in 0..<gradient.length(of: 0) where c[t] != 0 {
                sum += (Double(x[t]) - (start.map { Double($0[t]) } ?? 0)) * Double(c[t])
            }
        }
        return sum
    }
}

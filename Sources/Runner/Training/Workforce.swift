import GraphIR
import Interpreter
import Ranks
import Seismic

/// The workers of a crew that this process carries, and how a step goes through them.
///
/// Every sum is made along a tree whose shape is the number of things alone (`Tree`): of parts within a worker, of
/// workers when they meet. Who computes what does not show.
struct Workforce {
    let team: Team
    let positions: Positions
    /// Whoever shares this process's worker; alone where it carries whole ones.
    private let circle: any Collective
    /// The state that all workers have whenever they have met.
    var trainer: Trainer
    /// By worker of this process: its own weights and memory between two meetings.
    private var states: [(weights: [Float], memory: [[Float]])] = []
    private(set) var stepsSinceMeeting = 0
    private(set) var times = TeamTimes()
    private var slow = SlowRanks()
    private var remark: String?
    private let clock: () -> Double
    /// By the number of parts that a worker has in a batch.
    private var exchanges: [Int: TreeExchange] = [:]
    private let meeting: TreeExchange

    /// What a step found: sums over windows, as an epoch adds them up.
    struct Outcome {
        /// By lesson.
        var sums: [Double]
        var penalty: Double
        var windows: Int
        var stopIsAsked: Bool
    }

    /// A step that ended the training, with what is needed to take it again where this process met it.
    struct Problem: Error {
        var cause: NotFinite
        var batch: Batch
        var place: Int
        /// As they were when the step began.
        var weights: Weights
        var memory: [[Float]]

        init(_ cause: NotFinite, batch: Batch, place: Int, trainer: Trainer) {
            (self.cause, self.batch, self.place) = (cause, batch, place)
            (weights, memory) = (trainer.weights, trainer.memory)
        }
    }

    init(_ trainer: Trainer, positions: Positions, team: Team, clock: @escaping () -> Double) throws {
        (self.trainer, self.positions, self.team, self.clock) = (trainer, positions, team, clock)
        let worker = positions.workers[team.rank].lowerBound
        circle = positions.isSpread ? try team.world.part(into: worker) : Alone()
        // Of those who share a worker the first stands for it when the workers meet.
        meeting = TreeExchange(
            team.world, leaves: positions.crew.workers.count,
            owned: positions.workers.enumerated().map { rank, own in
                positions.isSpread && positions.ranks(of: own.lowerBound).first != rank
                    ? own.lowerBound..<own.lowerBound : own
            })
    }

    private var session: Session { trainer.session }

    /// The parts of a full batch that are this process's.
    var own: Range<Int> { positions.parts[team.rank] }
    var hasOneWorker: Bool { positions.crew.workers.count == 1 }
    /// Whether one set of weights is all there is to know, so that it may be saved.
    var hasMet: Bool { states.isEmpty }

    // MARK: A step

    /// A step of a process that is alone with a batch in one piece: nothing to add up, nobody to ask.
    private mutating func simpleStep(
        _ batch: Batch, number: Int, rate: Double, explain: (Problem) throws -> any Error
    ) throws -> Outcome {
        guard batch.count > 0 else { return Outcome(sums: [], penalty: 0, windows: 0, stopIsAsked: false) }
        do {
            let found = try trainer.step(batch, number: number, rate: rate)
            return Outcome(
                sums: found.losses.map { $0 * Double(batch.count) }, penalty: found.penalty, windows: batch.count,
                stopIsAsked: false)
        } catch let cause as NotFinite {
            throw try explain(Problem(cause, batch: batch, place: 0, trainer: trainer))
        }
    }

    /// - Parameters:
    ///   - share: this process's parts, or why it has none.
    ///   - endsEpoch: the workers meet after it.
    ///   - explain: keeps a step that met a number that is not finite, and says so; one process is asked.
    mutating func step(
        _ share: Result<BatchShare, any Error>, number: Int, rate: Double, endsEpoch: Bool, loading: Double = 0,
        isStopped: () -> Bool, explain: (Problem) throws -> any Error
    ) throws -> Outcome {
        if team.size == 1, hasOneWorker, case .success(let share) = share, share.parts == 1, let one = share.own.first {
            return try simpleStep(one.batch, number: number, rate: rate, explain: explain)
        }
        let began = clock()
        var note = StepNote()
        var problem: (any Error)?
        var sums: [Float] = []
        do {
            sums = try compute(share.get(), number: number, rate: rate, note: &note)
        } catch {
            problem = error
            note.state = error is Problem ? .notFinite : .failed
        }
        if note.state == .fine, isStopped() { note.state = .stopAsked }
        note.seconds = clock() - began
        times.compute += note.seconds
        let parts = (try? share.get())?.parts ?? positions.crew.parts
        let notes = try tell(note, parts: parts, number: number)
        try settle(notes.map(\.state), problem, number: number, explain)
        var outcome = self.outcome(notes)
        if let rank = slow.hear(notes.map(\.seconds)) {
            remark = "\(team.name(rank)) has been slower than most for \(SlowRanks.steps) steps: all wait for it"
        }
        if outcome.windows > 0 {
            if positions.isSpread || hasOneWorker {
                let step = Step(number: number, rate: rate, parts: parts, share: try? share.get())
                try exchange(sums, notes: notes, step, outcome: &outcome, explain)
            }
            stepsSinceMeeting += 1
        }
        if !hasOneWorker, stepsSinceMeeting > 0, stepsSinceMeeting >= positions.crew.every || endsEpoch { try meet() }
        times.steps += 1
        times.windows += note.parts.reduce(0) { $0 + $1.windows }
        times.load += loading
        return outcome
    }

    /// The gradients of this process's parts. Workers that are wholly here move at once; of what others are needed for,
    /// the sums of the nodes that are here come back.
    private mutating func compute(
        _ share: BatchShare, number: Int, rate: Double, note: inout StepNote
    ) throws -> [Float] {
        guard !positions.isSpread, !hasOneWorker else {
            let worker = positions.crew.workers[positions.workers[team.rank].lowerBound]
            if !hasOneWorker { begin(); adopt(0) }
            defer { if !hasOneWorker { keep(0) } }
            note.penalty = hasOneWorker ? 0 : trainer.penalty
            return try study(share, worker: worker.clamped(to: 0..<share.parts), number: number, note: &note)
        }
        begin()
        for (place, worker) in positions.workers[team.rank].enumerated() {
            let parts = positions.crew.workers[worker].clamped(to: 0..<share.parts)
            adopt(place)
            defer { keep(place) }
            note.penalty += trainer.penalty
            let first = note.parts.count
            let sums = try study(share, worker: parts, number: number, note: &note)
            let windows = note.parts[first...].reduce(0) { $0 + $1.windows }
            guard windows > 0 else { continue }
            var total = [Float](repeating: 0, count: session.layout.count)
            try TreeExchange(Alone(), leaves: parts.count, owned: [0..<parts.count]).add(sums, into: &total)
            _ = try learn(total, parts: parts.count, windows: windows, number: number, rate: rate, share)
        }
        return []
    }

    /// The sums of a worker's nodes that are here, one behind the other, each part by its windows.
    private mutating func study(
        _ share: BatchShare, worker: Range<Int>, number: Int, note: inout StepNote
    ) throws -> [Float] {
        let lessons = session.lessons.lessons.count
        let here = share.own.filter { worker.contains($0.part) }
        guard let first = here.first?.part, let last = here.last?.part else { return [] }
        var sums: [Float] = []
        let range = first - worker.lowerBound..<last + 1 - worker.lowerBound
        for node in Tree(worker.count).nodes(within: range) {
            var tree = TreeSum()
            for leaf in node {
                let (part, batch) = here[leaf - range.lowerBound]
                let losses = try study(batch, place: part * session.part, number: number)
                note.parts.append(
                    (
                        Double(batch.count),
                        losses.map { $0 * Double(batch.count) }
                            + (losses.isEmpty
                                ? [Double](repeating: 0, count: lessons) : [])
                    ))
                tree.add(trainer.gradient(times: worker.count == 1 ? 1 : Float(batch.count)))
            }
            tree.take { sums += $0 }
        }
        return sums
    }

    /// One part's losses; its gradient is the trainer's then. A part without a window teaches nothing.
    private mutating func study(_ batch: Batch, place: Int, number: Int) throws -> [Double] {
        guard batch.count > 0 else {
            trainer.forget()
            return []
        }
        do {
            return try trainer.study(batch, number: number, place: place)
        } catch let cause as NotFinite {
            throw Problem(cause, batch: batch, place: place, trainer: trainer)
        }
    }

    private mutating func learn(
        _ total: [Float], parts: Int, windows: Double, number: Int, rate: Double, _ share: BatchShare?
    ) throws -> Double {
        do {
            return try trainer.learn(
                total, share: parts == 1 ? 1 : 1 / Float(windows), number: number, rate: rate)
        } catch let cause as NotFinite {
            guard let batch = share?.own.first(where: { $0.batch.count > 0 }) else { throw cause }
            throw Problem(
                cause, batch: batch.batch, place: batch.part * session.part, trainer: trainer)
        }
    }

    // MARK: Talk

    private mutating func tell(_ note: StepNote, parts: Int, number: Int) throws -> [StepNote] {
        let lessons = session.lessons.lessons.count
        let counts = positions.parts.map { StepNote.count(parts: $0.clamped(to: 0..<parts).count, lessons: lessons) }
        var numbers = note.numbers
        // Who failed half-way has not all of its parts.
        numbers += [Double](repeating: 0, count: max(0, counts[team.rank] - numbers.count))
        let began = clock()
        let all = try team.waiting("step \(number)") { try team.world.gather(numbers, counts: counts) }
        times.wait += clock() - began
        var start = 0
        return counts.map { count in
            defer { start += count }
            return StepNote(all[start..<start + count], lessons: lessons)
        }
    }

    /// Where anybody failed, all stop.
    private func settle(
        _ states: [StepNote.State], _ problem: (any Error)?, number: Int, _ explain: (Problem) throws -> any Error
    ) throws {
        guard let culprit = states.firstIndex(where: { $0 >= .notFinite }) else { return }
        // A process that cannot go on says why; only the lowest of several is heard.
        _ = try team.agree("step \(number)") {
            guard team.rank == culprit, let problem else { return }
            if let problem = problem as? Problem { throw try explain(problem) }
            throw problem
        }
    }

    private func outcome(_ notes: [StepNote]) -> Outcome {
        let parts = notes.flatMap(\.parts)
        let windows = parts.reduce(0) { $0 + $1.windows }
        var sums = [Double](repeating: 0, count: session.lessons.lessons.count)
        for part in parts { for (index, loss) in part.losses.enumerated() { sums[index] += loss } }
        let workers = positions.crew.workers.count
        var penalty = 0.0
        for (rank, note) in notes.enumerated() {
            let worker = positions.workers[rank].lowerBound
            // Of those who share a worker, one counts.
            if !positions.isSpread || positions.ranks(of: worker).first == rank { penalty += note.penalty }
        }
        return Outcome(
            sums: sums, penalty: penalty / Double(workers), windows: Int(windows),
            stopIsAsked: notes.contains { $0.state == .stopAsked })
    }

    private struct Step {
        var number: Int
        var rate: Double
        var parts: Int
        var share: BatchShare?
    }

    /// Adds up what the processes that share a worker have, and moves its weights.
    private mutating func exchange(
        _ sums: [Float], notes: [StepNote], _ step: Step, outcome: inout Outcome,
        _ explain: (Problem) throws -> any Error
    ) throws {
        let number = step.number
        let index = positions.workers[team.rank].lowerBound
        let worker = positions.crew.workers[index].clamped(to: 0..<step.parts)
        let ranks = positions.ranks(of: index)
        let windows = ranks.flatMap { notes[$0].parts }.reduce(0) { $0 + $1.windows }
        var failure: (any Error)?
        if windows > 0 {
            var mark = clock()
            let exchange = self.exchange(of: worker, ranks: ranks)
            var total = [Float](repeating: 0, count: session.layout.count)
            try team.waiting("step \(number)") { try exchange.add(sums, into: &total) }
            times.talk += clock() - mark
            mark = clock()
            if !hasOneWorker { adopt(0) }
            do {
                let penalty = try learn(
                    total, parts: worker.count, windows: windows, number: number, rate: step.rate, step.share)
                if hasOneWorker { outcome.penalty = penalty }
            } catch {
                failure = error
            }
            if !hasOneWorker { keep(0) }
            times.update += clock() - mark
        }
        // One set of weights fails everywhere or nowhere; of several, the others have to be told.
        guard failure != nil || !hasOneWorker else { return }
        try team.agree("step \(number)") {
            guard let failure else { return }
            if team.rank == ranks.first, let problem = failure as? Problem { throw try explain(problem) }
            throw failure
        }
    }

    private mutating func exchange(of worker: Range<Int>, ranks: [Int]) -> TreeExchange {
        if let exchange = exchanges[worker.count] { return exchange }
        let owned = ranks.map { rank in
            let own = positions.parts[rank].clamped(to: worker)
            return own.lowerBound - worker.lowerBound..<own.upperBound - worker.lowerBound
        }
        let exchange = TreeExchange(circle, leaves: worker.count, owned: owned)
        exchanges[worker.count] = exchange
        return exchange
    }

    // MARK: Workers

    /// Workers that have met begin from the same state.
    private mutating func begin() {
        guard states.isEmpty else { return }
        states = positions.workers[team.rank].map { _ in (trainer.weights.values, trainer.memory) }
    }
    private mutating func adopt(_ place: Int) { swapState(place) }
    private mutating func keep(_ place: Int) { swapState(place) }
    private mutating func swapState(_ place: Int) {
        swap(&states[place].weights, &trainer.weights.values)
        swap(&states[place].memory, &trainer.memory)
    }

    /// All workers' weights and memories become their mean.
    private mutating func meet() throws {
        let began = clock()
        begin()
        let size = session.layout.count, memories = trainer.memory.count
        let count = size * (1 + memories)
        let share = 1 / Float(positions.crew.workers.count)
        let first = positions.workers[team.rank].lowerBound
        var sums: [Float] = []
        for node in meeting.own {
            var tree = TreeSum()
            for worker in node {
                let state = states[worker - first]
                tree.add((state.weights + state.memory.flatMap { $0 }).map { $0 * share })
            }
            tree.take { sums += $0 }
        }
        var total = [Float](repeating: 0, count: count)
        try team.waiting("a meeting of workers") { try meeting.add(sums, into: &total) }
        // What no worker may move stays to the bit, whatever the mean of equal numbers would round to.
        for entry in session.layout.entries
        where entry.isTrainable || !entry.spec.isTrainable && !session.graph.nodes[entry.node].hasFrozenStatistics {
            trainer.weights.values.replaceSubrange(entry.range, with: total[entry.range])
        }
        for index in trainer.memory.indices {
            switch positions.crew.memory {
            case .mean: trainer.memory[index] = Array(total[size * (index + 1)..<size * (index + 2)])
            case .fresh: trainer.memory[index] = [Float](repeating: 0, count: size)
            }
        }
        states = []
        stepsSinceMeeting = 0
        times.talk += clock() - began
    }

    /// What is worth a line since the last call.
    mutating func takeRemark() -> String? {
        defer { remark = nil }
        return remark
    }

    /// Every process's times since the last call, for the first to write down.
    mutating func takeTimes() throws -> [TeamTimes] {
        let mine = times.numbers
        times = TeamTimes()
        guard team.size > 1 else { return [TeamTimes(mine[...])] }
        let all = try team.waiting("the end of an epoch") {
            try team.world.gather(mine, counts: [Int](repeating: mine.count, count: team.size))
        }
        return (0..<team.size).map { TeamTimes(all[$0 * mine.count..<($0 + 1) * mine.count]) }
    }
}

import Interpreter
import Seismic

extension TrainingData {
    /// The mean losses of a split under some weights, by lesson, each window once. A team shares the batches out; the
    /// sums are added up in the batches' order, whoever made them.
    ///
    /// - Parameter explain: says in words what a number that is not finite means.
    func losses(
        of split: Split, weights: Weights, team: Team, explain: (NotFinite) -> RunError
    ) throws -> [Double] {
        let count = try loader(split).batchCount
        let shares = (0..<team.size).map { count * $0 / team.size..<count * ($0 + 1) / team.size }
        let width = session.lessons.lessons.count + 1
        let mine = try team.agree("the dev split") {
            do {
                return try lossSums(of: split, shares[team.rank], weights: weights)
            } catch let problem as NotFinite {
                throw explain(problem)
            }
        }
        let all = try team.waiting("the dev split") {
            try team.world.gather(mine, counts: shares.map { $0.count * width })
        }
        var sums = [Double](repeating: 0, count: width)
        for start in stride(from: 0, to: all.count, by: width) {
            for index in 0..<width { sums[index] += all[start + index] }
        }
        let windows = sums.removeLast()
        return sums.map { windows > 0 ? $0 / windows : .nan }
    }

    /// By batch: the sum of each lesson's losses, and the windows.
    private func lossSums(of split: Split, _ numbers: Range<Int>, weights: Weights) throws -> [Double] {
        var sums: [Double] = []
        guard !numbers.isEmpty else { return sums }
        let stream = try batches(split, epoch: 0, from: numbers.lowerBound)
        for number in numbers {
            guard let batch = try stream.next(), batch.count > 0 else {
                sums += [Double](repeating: 0, count: session.lessons.lessons.count + 1)
                continue
            }
            let machine = try session.machine(.inference, for: batch)
            session.load(weights, into: machine)
            try session.feed(batch, to: machine)
            do {
                try machine.forward(samples: batch.count, seed: session.seed, step: UInt64(number))
            } catch {
                throw NotFinite(error).about(batch.traces)
            }
            let losses = try session.lessons.measure(batch, on: machine, backward: false)
            if let index = losses.firstIndex(where: { !$0.isFinite }) {
                throw NotFinite(what: "the loss of output '\(session.lessons.outputs[index])'", sample: nil)
                    .about(batch.traces)
            }
            sums += losses.map { $0 * Double(batch.count) } + [Double(batch.count)]
        }
        return sums
    }
}

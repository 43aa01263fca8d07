import Ranks

/// Which workers and which parts of a batch each process of a team carries.
struct Positions {
    let crew: Crew
    /// By rank.
    let workers: [Range<Int>]
    let parts: [Range<Int>]

    /// Where there are as many workers as processes, or more, each process carries whole ones; where there are fewer,
    /// neighbouring processes share one.
    init(_ crew: Crew, size: Int) throws(RunError) {
        let count = crew.workers.count
        guard size <= crew.parts else {
            throw RunError(
                .refused,
                crew.parts == 1
                    ? "a batch in one part cannot be shared among \(size) processes"
                    : "\(size) processes share \(crew.parts) parts: \(size - crew.parts) would have nothing to do",
                help: crew.parts == 1
                    ? "--set train.part=8 cuts it (and changes the result: batch norm looks at parts)"
                    : "a smaller train.part, or a larger batch, or fewer processes")
        }
        self.crew = crew
        if count >= size {
            workers = (0..<size).map { count * $0 / size..<count * ($0 + 1) / size }
            parts = workers.map { crew.workers[$0.lowerBound].lowerBound..<crew.workers[$0.upperBound - 1].upperBound }
            return
        }
        var workers: [Range<Int>] = []
        var parts: [Range<Int>] = []
        for (worker, own) in crew.workers.enumerated() {
            let ranks = size * (worker + 1) / count - size * worker / count
            guard ranks <= own.count else {
                throw RunError(
                    .refused, "\(ranks) processes share a worker of \(own.count) parts",
                    help: "a smaller train.part, or fewer processes")
            }
            for place in 0..<ranks {
                workers.append(worker..<worker + 1)
                let start = own.lowerBound
                parts.append(start + own.count * place / ranks..<start + own.count * (place + 1) / ranks)
            }
        }
        (self.workers, self.parts) = (workers, parts)
    }

    /// Whether processes share a worker.
    var isSpread: Bool { crew.workers.count < parts.count }

    /// The ranks that share a worker.
    func ranks(of worker: Int) -> [Int] { workers.indices.filter { workers[$0].contains(worker) } }
}

import GraphIR

/// What every optimizer keeps: it goes downhill, moves nothing that it is not given, and remembers only what it says.
enum OptimizerLaws {
    private static let count = 48
    private static let range = 5..<42

    static func violations(of type: any Optimizer.Type) -> [String] {
        guard let optimizer = LawArguments.first(type.signature, { try type.init($0) }),
            let again = LawArguments.first(type.signature, { try type.init($0) })
        else { return ["it refuses everything that was tried; its laws cannot be checked"] }
        guard (0...8).contains(optimizer.memories) else { return ["it asks for \(optimizer.memories) memories"] }
        var found: [String] = []
        let rate = optimizer.rate > 0 ? optimizer.rate : 1e-3
        let whole = descend([optimizer], steps: 400, rate: rate)
        if !whole.weights.allSatisfy({ $0.isFinite }) { return ["it makes what is no number of finite gradients"] }
        if !(loss(whole.weights) < loss(start)) {
            found.append("400 steps on a bowl do not lower it: \(loss(start)) to \(loss(whole.weights))")
        }
        for index in 0..<count where !range.contains(index) && whole.weights[index] != start[index] {
            found.append("it moves weights outside the stretch that it is given")
            break
        }
        if descend([optimizer], steps: 400, rate: rate) != whole {
            found.append("the same steps give other weights the second time")
        } else if descend([optimizer, again], steps: 400, rate: rate) != whole {
            found.append("it remembers more than its memories hold: a resumed run would differ")
        }
        if descend([optimizer], steps: 1, rate: 0).weights != start { found.append("it moves weights at the rate 0") }
        return found
    }

    private static let start: [Float] = (0..<count).map { Float(($0 * 7) % 11) / 5 - 1 }
    private static func slope(_ index: Int) -> Float { 0.2 + Float(index % 5) * 0.2 }

    private static func loss(_ weights: [Float]) -> Double {
        range.reduce(0) { $0 + 0.5 * Double(slope($1) * weights[$1] * weights[$1]) }
    }

    private struct State: Equatable {
        var weights: [Float]
        var memory: [[Float]]
    }

    /// Each of the optimizers takes its share of the steps, from where the one before left.
    private static func descend(_ optimizers: [any Optimizer], steps: Int, rate: Double) -> State {
        var weights = start
        var memory = [[Float]](repeating: [Float](repeating: 0, count: count), count: optimizers[0].memories)
        for number in 1...steps {
            let gradient = (0..<count).map { slope($0) * weights[$0] }
            var moving = weights.mutableSpan
            optimizers[(number - 1) * optimizers.count / steps].update(
                &moving, gradient: gradient.span, memory: &memory,
                OptimizerStep(range: range, rate: rate, number: number))
        }
        return State(weights: weights, memory: memory)
    }
}

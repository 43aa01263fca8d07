/// What is lost without each unit of a layer, one at a time.
public struct UnitDamage: Sendable {
    /// The metric that is lost, and by unit how much.
    public var metric: String
    public var losses: [Double]
    /// The metrics of single classes or phases, and by unit what each loses.
    public var names: [String]
    public var byClass: [[Double?]]
    /// By unit, the mean change of everything that the network says.
    public var changes: [Double]
    public var traces: Int
}

extension Subject {
    /// Silences every unit alone.
    public func damage(
        _ path: String, count: Int, _ traces: [Int], metric: String? = nil, way: Silencing = Silencing(),
        means: [Double] = [], threads: Int? = nil
    ) throws -> UnitDamage {
        let node = try node(path)
        let judge = try PruneJudge(self, traces, metric: metric, margin: 0.005, threads: threads)
        let silencer = try Silencer(self, node: node, count: count, way, means: means, threads: threads)
        var found = UnitDamage(
            metric: judge.use.name, losses: [], names: judge.classUses.map(\.name), byClass: [], changes: [],
            traces: traces.count)
        for unit in 0..<count {
            let lost = try judge.damage(silencer.without([unit]))
            found.losses.append(lost.metric)
            found.byClass.append(lost.byClass)
            found.changes.append(lost.change)
        }
        return found
    }
}

extension UnitFinding {
    /// By unit, its mean over all frames.
    var means: [Double] {
        let frames = Double(max(1, stretches.reduce(0) { $0 + $1.frames.count }))
        return units.indices.map { unit in
            stretches.reduce(0) { $0 + $1.mean[unit] * Double($1.frames.count) } / frames
        }
    }
}

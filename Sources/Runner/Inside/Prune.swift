import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic

/// What a network is worth without some of a layer's units: ranked on the dev side, judged on the test side.
public struct PruneFinding: Sendable {
    public enum Criterion: String, CaseIterable, Sendable {
        /// The loudest for any class stay, as in the volcano work.
        case activity
        /// Those that tell a class apart best.
        case selectivity
        /// Those that tell most of the class, in bits.
        case information
        /// Those with the largest weights.
        case norm
        /// Those without which the metric loses most; of equals, those without which the answers change most.
        case damage
        /// Any: twenty draws.
        case random
    }
    public struct Point: Sendable {
        public var criterion: Criterion
        public var kept: Int
        public var value: Double?
        /// Of random draws, the lowest and the highest.
        public var low: Double?
        public var high: Double?
        /// How much it lies below the whole network, resampled by events: 5 % and 95 %.
        public var loss: (low: Double, high: Double)?
        public var verdict: String
        public var isAsGood: Bool { verdict == "equivalent" || verdict == "better" }
    }
    /// A smaller network that was trained, further or from the start.
    public struct Trained: Sendable {
        public enum How: String, Sendable { case retrained, fresh }
        public var how: How
        public var kept: Int
        public var folders: [String]
        /// One a seed.
        public var values: [Double]
        public var loss: (low: Double, high: Double)?
        public var verdict: String
    }
    public var layer: String
    public var units: Int
    public var metric: String
    public var definition: String
    public var margin: Double
    public var whole: Double
    public var way: Silencing
    public var points: [Point]
    public var trained: [Trained] = []
    /// How many units are at least so active, in per cent of the most active.
    public struct Level: Sendable {
        public var percent: Int
        public var units: Int
    }
    public var levels: [Level] = []
    /// By criterion, the units from the one that should stay first to the one that should go first.
    var orders: [Criterion: [Int]]
    public var run: RelevanceFinding.RunNote

    /// The smallest size that is equivalent to the whole network, by a criterion. Sizes are tested from the largest
    /// down, and the first that is not shown to be equivalent ends it: so many tests, and still one error in twenty.
    public func smallest(_ criterion: Criterion) -> Int? {
        points.filter { $0.criterion == criterion }.sorted { $0.kept > $1.kept }.prefix(while: \.isAsGood).last?.kept
    }

    /// The largest size that is not shown to be equivalent.
    func firstThatIsNot(_ criterion: Criterion) -> Point? {
        points.filter { $0.criterion == criterion }.sorted { $0.kept > $1.kept }.first { !$0.isAsGood }
    }
}

/// How units are to be silenced, one set after the other.
public struct PruneRequest: Sendable {
    public var layer: String?
    public var metric: String?
    public var criteria: [PruneFinding.Criterion] = [.activity, .selectivity, .random]
    public var margin = 0.005
    public var draws = 20
    /// How many units stay; `nil`: twenty sizes from all to one in a hundred.
    public var sizes: [Int]?
    /// Instead of sizes: units stay whose activity reaches so many per cent of the loudest's.
    public var levels: [Int]?
    public var way = Silencing()
    public var threads: Int?
    public init() {}
}

extension Subject {
    public func prune(_ request: PruneRequest) throws -> PruneFinding {
        let dev = try traces(data.splits.dev.isEmpty ? .train : .dev)
        let ranking = try units(request.layer, dev, shuffles: 20)
        let node = try self.node(ranking.layer)
        let judge = try PruneJudge(
            self, traces(.test), metric: request.metric, margin: request.margin, threads: request.threads)
        let count = ranking.units.count
        let silencer = try Silencer(
            self, node: node, count: count, request.way, means: ranking.means, threads: request.threads)
        let levels = request.levels.map { self.reached($0, ranking) }
        let sizes = try sizes(levels?.map(\.units) ?? request.sizes, of: count, directions: directions(of: node))
        var points: [PruneFinding.Point] = []
        var orders: [PruneFinding.Criterion: [Int]] = [:]
        for criterion in request.criteria {
            let order = try order(criterion, ranking, node, dev, request, draw: 0)
            orders[criterion] = order
            for kept in sizes {
                let draws = criterion == .random && kept < count ? request.draws : 1
                let measured = try (0..<draws).map { draw -> PruneJudge.Judged in
                    let units = draw == 0 ? order : try self.order(criterion, ranking, node, dev, request, draw: draw)
                    return try judge.measure(silencer.without(Set(units.dropFirst(kept))))
                }
                points.append(judge.point(criterion, kept, measured))
            }
        }
        return PruneFinding(
            layer: ranking.layer, units: count, metric: judge.use.name, definition: judge.use.definition,
            margin: request.margin, whole: judge.whole, way: request.way, points: points, levels: levels ?? [],
            orders: orders,
            run: note)
    }

    /// How many units reach each level, one at least: the loudest reaches any.
    private func reached(_ levels: [Int], _ ranking: UnitFinding) -> [PruneFinding.Level] {
        let activity = ranking.units.map { unit in ranking.heat.map { $0[unit.number] }.max() ?? 0 }
        let most = activity.max() ?? 0
        return levels.map { level in
            .init(percent: level, units: max(1, activity.count { $0 >= most * Double(level) / 100 }))
        }
    }

    private func sizes(_ wanted: [Int]?, of count: Int, directions: Int) throws(RunError) -> [Int] {
        if let wrong = wanted?.first(where: { !(1...count).contains($0) }) {
            throw RunError(
                .refused, "there are 1 to \(count) units to keep, not \(wrong)", help: "--sizes names others")
        }
        let usual = (0..<20).map { max(1, Int((Double(count) * pow(0.01, Double($0) / 19)).rounded())) }
        // A smaller layer that goes both ways has as many units in both.
        return Set((wanted ?? usual).map { min(count, $0 + $0 % directions) }).sorted(by: >)
    }

    /// The units that should stay first.
    private func order(
        _ criterion: PruneFinding.Criterion, _ ranking: UnitFinding, _ node: Int, _ dev: [Int],
        _ request: PruneRequest, draw: Int
    ) throws -> [Int] {
        var worth: [Double]
        // What tells apart units of equal worth.
        var second = ranking.units.map { _ in 0.0 }
        switch criterion {
        case .activity: worth = ranking.units.map { unit in ranking.heat.map { $0[unit.number] }.max() ?? 0 }
        case .selectivity: worth = ranking.units.map { abs($0.area - 0.5) }
        case .information: worth = ranking.units.map(\.information)
        case .norm: worth = try norms(node, ranking.units.count)
        case .damage:
            let damage = try damage(
                ranking.layer, count: ranking.units.count, dev, metric: request.metric, way: request.way,
                means: ranking.means, threads: request.threads)
            (worth, second) = (damage.losses, damage.changes)
        case .random:
            let random = CounterRandom(seed: UInt64(draw), stream: "prune")
            worth = ranking.units.map { random.uniform($0.number) }.map(Double.init)
        }
        let order = worth.indices.sorted { (worth[$1], second[$1], $0) < (worth[$0], second[$0], $1) }
        guard directions(of: node) == 2 else { return order }
        // The best of each direction in turn, so that what is judged can be written.
        let half = worth.count / 2
        return zip(order.filter { $0 < half }, order.filter { $0 >= half }).flatMap { [$0, $1] }
    }

    /// The network with the units that a criterion keeps, as many as are equivalent to the whole unless `wanted` says.
    public func smaller(
        _ finding: PruneFinding, by criterion: PruneFinding.Criterion, keeping wanted: Int?, base: String
    ) throws -> SmallerNetwork {
        guard let kept = wanted ?? finding.smallest(criterion), (1...finding.units).contains(kept) else {
            throw RunError(
                .refused,
                wanted.map { "\(finding.layer) has 1 to \(finding.units) units to keep, not \($0)" }
                    ?? "by \(criterion.rawValue) no size is shown to be equivalent, so there is none to write",
                help: "--units N says how many to keep")
        }
        let node = try self.node(finding.layer)
        guard finding.way == Silencing() else {
            throw RunError(
                .refused, "a smaller network has no unit that is only unheard, or that rests at its mean",
                help: "--write goes with --cut unit --instead zero")
        }
        guard let order = finding.orders[criterion] else {
            throw RunError(
                .refused, "units were not ranked by \(criterion.rawValue)",
                help: "--by \(criterion.rawValue) ranks them")
        }
        // Both directions of a layer that goes both ways need as many.
        let whole = kept + kept % directions(of: node)
        return try smaller(node, keeping: Set(order.prefix(whole)), of: finding.units, base: base)
    }
}

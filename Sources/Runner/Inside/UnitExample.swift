import GraphIR
import Kernels

/// One trace with what every unit of a layer does in it.
struct UnitExample: Sendable {
    enum Why: String, Sendable, CaseIterable {
        case best = "the best answered", worst = "the worst answered", rarest = "of the rarest class"
        case varied = "with the most classes"
    }
    var why: Why
    var seen: Subject.Seen
    /// The class of each frame, and the one that the network says where it says classes.
    var labels: [Int]
    var said: [Int]?
    var activations: [Float]
    var time: Int
    /// The share of frames that are said rightly.
    var rightly: Double? {
        said.map { said in Double(zip(said, labels).count { $0 == $1 }) / Double(max(1, labels.count)) }
    }
}

/// Keeps few of many: the best and the worst answered, and one of the rarest class.
struct UnitExamples: Sendable {
    private var kept: [UnitExample.Why: UnitExample] = [:]
    private var frames: [Int: Int] = [:]
    private var rare: [Int: UnitExample] = [:]

    mutating func add(_ example: UnitExample) {
        for label in example.labels { frames[label, default: 0] += 1 }
        // Of each class the trace that has most of it.
        for label in Set(example.labels) {
            let own = example.labels.count { $0 == label }
            if own > (rare[label]?.labels.count { $0 == label } ?? 0) { rare[label] = example }
        }
        take(.varied, example) { Set($0.labels).count > Set($1.labels).count }
        guard example.rightly != nil else { return }
        take(.best, example) { ($0.rightly ?? 0, Set($0.labels).count) > ($1.rightly ?? 0, Set($1.labels).count) }
        take(.worst, example) { ($0.rightly ?? 0) < ($1.rightly ?? 0) }
    }

    private mutating func take(
        _ why: UnitExample.Why, _ example: UnitExample, if isBetter: (UnitExample, UnitExample) -> Bool
    ) {
        if kept[why].map({ isBetter(example, $0) }) ?? true {
            kept[why] = example
            kept[why]?.why = why
        }
    }

    /// Three at most, each trace once.
    var chosen: [UnitExample] {
        var list = [kept[.best], kept[.worst]].compactMap { $0 }
        if list.isEmpty { list = [kept[.varied]].compactMap { $0 } }
        let rarest = frames.min { ($0.value, $0.key) < ($1.value, $1.key) }?.key
        if var example = rarest.flatMap({ rare[$0] }) {
            example.why = .rarest
            list.append(example)
        }
        var traces: Set<Int> = []
        return list.filter { traces.insert($0.seen.trace).inserted }
    }
}

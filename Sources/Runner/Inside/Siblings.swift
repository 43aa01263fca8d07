import Foundation
import GraphIR
import Interpreter

/// Another training of the same network: other weights for the same layers.
public struct Sibling: Sendable {
    public var name: String
    public var seed: Int
    var weights: Weights
}

extension Subject {
    /// Other trainings of this network: those that are named, or else the finished runs with other seeds that lie
    /// beside this one and learned from the same data, as those of a comparison do.
    public func siblings(named: [String] = [], most: Int = 4) throws -> [Sibling] {
        guard named.isEmpty else { return try named.map { try sibling(RunFolder($0), name: $0) } }
        let own = RunFolder(note.folder)
        guard own.exists, let record = try? own.record() else { return [] }
        let parent = URL(fileURLWithPath: own.path).standardizedFileURL.deletingLastPathComponent().path
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []).sorted()
        var found: [Sibling] = []
        for name in names where found.count < most {
            let folder = RunFolder(parent + "/" + name)
            guard folder.exists, let other = try? folder.record(), other.status == .done,
                other.graphHash == record.graphHash, other.data.hash == record.data.hash, other.seed != record.seed,
                !found.contains(where: { $0.seed == other.seed }), let sibling = try? sibling(folder, name: name)
            else { continue }
            found.append(sibling)
        }
        return found
    }

    private func sibling(_ folder: RunFolder, name: String) throws -> Sibling {
        guard folder.exists else {
            throw RunError(.access, "\(name) is no run", help: "name the folder of a run of the same network")
        }
        let record = try folder.record()
        let path = note.weights == "last" ? folder.lastWeightsPath : folder.bestWeightsPath
        do {
            return Sibling(
                name: name, seed: record.seed, weights: try Weights(readWeights(path), layout: session.layout))
        } catch let error as WeightMismatch {
            throw RunError(
                .refused, "\(name) is another network: \(error)",
                help: "only trainings of the same network can be laid beside each other")
        }
    }
}

/// Whether the units of a layer are there again in other trainings. Units have no identity, so that each is paired with
/// the one of the other training that goes with it over the same frames.
public struct UnitSameness: Sendable {
    public struct Other: Sendable {
        public var name: String
        /// By unit: its partner there, and their correlation over all frames.
        public var partners: [Int]
        public var correlations: [Double]
    }
    public var others: [Other]
    public var traces: Int
    static let limit = 0.7

    /// Units with a partner above the limit in every other training.
    public var steady: Int {
        guard let first = others.first else { return 0 }
        return first.correlations.indices.count { unit in
            others.allSatisfy { abs($0.correlations[unit]) > Self.limit }
        }
    }
}

extension Subject {
    /// - `traces`: a hundred are enough, since every frame counts.
    public func sameness(_ path: String, _ siblings: [Sibling], _ traces: [Int]) throws -> UnitSameness? {
        guard !siblings.isEmpty else { return nil }
        let index = try node(path)
        var sums: [PairSums] = []
        try look(traces) { seen, explainer in
            let place = explainer.explained.places[index]
            let shape = explainer.shape(ofNode: place)
            guard shape.count == 2 else { return }
            let own = explainer.result(ofNode: place)
            if sums.isEmpty { sums = siblings.map { _ in PairSums(units: shape[0]) } }
            for (other, sibling) in siblings.enumerated() {
                try explainer.load(sibling.weights)
                try explainer.look(at: seen.inputs)
                sums[other].add(own, explainer.result(ofNode: place), time: shape[1])
            }
            try explainer.load(weights)
        }
        return UnitSameness(
            others: zip(siblings, sums).map { sibling, sums in
                let correlations = sums.correlations
                let partners = Assignment.best(correlations.map { $0.map { -abs($0) } })
                return .init(
                    name: sibling.name, partners: partners,
                    correlations: partners.enumerated().map { correlations[$0.offset][$0.element] })
            }, traces: traces.count)
    }
}

/// What correlations of every unit of one network with every unit of another need.
private struct PairSums {
    private let units: Int
    private var frames = 0.0
    private var a: [Double]
    private var b: [Double]
    private var aa: [Double]
    private var bb: [Double]
    private var ab: [Double]

    init(units: Int) {
        self.units = units
        a = [Double](repeating: 0, count: units)
        (b, aa, bb) = (a, a, a)
        ab = [Double](repeating: 0, count: units * units)
    }

    mutating func add(_ one: [Float], _ other: [Float], time: Int) {
        guard one.count == units * time, other.count == units * time else { return }
        frames += Double(time)
        for unit in 0..<units {
            let row = one[unit * time..<(unit + 1) * time], partner = other[unit * time..<(unit + 1) * time]
            for value in row {
                a[unit] += Double(value)
                aa[unit] += Double(value) * Double(value)
            }
            for value in partner {
                b[unit] += Double(value)
                bb[unit] += Double(value) * Double(value)
            }
        }
        one.withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                for first in 0..<units {
                    for second in 0..<units {
                        var sum: Float = 0
                        for t in 0..<time { sum += one[first * time + t] * other[second * time + t] }
                        ab[first * units + second] += Double(sum)
                    }
                }
            }
        }
    }

    var correlations: [[Double]] {
        let n = max(1, frames)
        return (0..<units).map { first in
            (0..<units).map { second in
                let spread = (aa[first] - a[first] * a[first] / n) * (bb[second] - b[second] * b[second] / n)
                let both = ab[first * units + second] - a[first] * b[second] / n
                return spread > 0 ? max(-1, min(1, both / spread.squareRoot())) : 0
            }
        }
    }
}

/// The cheapest way to give each row a column of its own (Kuhn and Munkres, with potentials).
enum Assignment {
    static func best(_ costs: [[Double]]) -> [Int] {
        let count = costs.count
        guard count > 0, costs.allSatisfy({ $0.count == count }) else { return [] }
        var (rows, columns) = ([Double](repeating: 0, count: count + 1), [Double](repeating: 0, count: count + 1))
        // By column: the row that has it; 0 for none.
        var owner = [Int](repeating: 0, count: count + 1)
        for row in 1...count {
            owner[0] = row
            var column = 0
            var least = [Double](repeating: .infinity, count: count + 1)
            var before = [Int](repeating: 0, count: count + 1)
            var isUsed = [Bool](repeating: false, count: count + 1)
            repeat {
                isUsed[column] = true
                let at = owner[column]
                var (step, next) = (Double.infinity, 0)
                for other in 1...count where !isUsed[other] {
                    let cost = costs[at - 1][other - 1] - rows[at] - columns[other]
                    if cost < least[other] { (least[other], before[other]) = (cost, column) }
                    if least[other] < step { (step, next) = (least[other], other) }
                }
                for other in 0...count {
                    if isUsed[other] {
                        rows[owner[other]] += step
                        columns[other] -= step
                    } else {
                        least[other] -= step
                    }
                }
                column = next
            } while owner[column] != 0
            repeat {
                owner[column] = owner[before[column]]
                column = before[column]
            } while column != 0
        }
        var partners = [Int](repeating: 0, count: count)
        for column in 1...count { partners[owner[column] - 1] = column - 1 }
        return partners
    }
}

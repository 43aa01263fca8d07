import Foundation
import Kernels

extension Study {
    /// Where the search begins: every combination, or so many draws a network. The first is the first network as it is,
    /// beside which the others stand.
    public func points() throws -> [StudyPoint] {
        let varied: [StudyPoint] =
            switch search {
            case .grid: try networks.flatMap { try grid($0) }
            case .random(let count): networks.flatMap { draws($0, count: count) }
            case .halving(_, _, let count?): networks.flatMap { draws($0, count: count) }
            case .halving(_, _, nil): try networks.flatMap { try grid($0) }
            }
        let reference = StudyPoint(network: networks.first ?? "", settings: [])
        return [reference] + varied.filter { $0 != reference }
    }

    private func grid(_ network: String) throws -> [StudyPoint] {
        var combinations: [[Setting]] = [[]]
        for axis in axes {
            guard case .list(let values) = axis.values else {
                throw RunError(
                    .refused, "'\(axis.key)' varies over a range, and a grid needs a list of values",
                    help: "search random(20), or list the values in brackets")
            }
            combinations = combinations.flatMap { settings in values.map { settings + [Setting(axis.key, $0)] } }
            guard combinations.count <= 100_000 else {
                throw RunError(.refused, "this grid has more than 100,000 points", help: "search random(50)")
            }
        }
        return combinations.map { StudyPoint(network: network, settings: $0) }
    }

    /// Draws that do not depend on how many are drawn: a study that asks for more keeps those it has.
    private func draws(_ network: String, count: Int) -> [StudyPoint] {
        (0..<count).map { number in
            StudyPoint(
                network: network,
                settings: axes.map { axis in
                    let random = CounterRandom(seed: UInt64(bitPattern: Int64(seed)), stream: "\(network) \(axis.key)")
                    return Setting(axis.key, axis.value(at: random.uniformDouble(number)))
                })
        }
    }
}

extension Study.Axis {
    /// The value that a uniform number from 0 to 1 stands for, with three digits that count.
    func value(at share: Double) -> String {
        switch values {
        case .list(let values): return values[min(Int(share * Double(values.count)), values.count - 1)]
        case .range(let low, let high, let isLogarithmic):
            let isWhole = low == low.rounded() && high == high.rounded() && abs(high) < 1e9
            let top = isWhole ? high + 1 : high
            let value = isLogarithmic ? low * pow(top / low, share) : low + (top - low) * share
            if isWhole { return String(Int(min(value.rounded(.down), high))) }
            return Double(String(format: "%.3g", value)).map { "\($0)" } ?? "\(value)"
        }
    }
}

import Foundation
import GraphIR

/// Solves for the width with which a variant has as many parameters as the network it stands beside, so that what is
/// compared is structure and not size.
public struct ParameterMatch {
    public let target: Int
    private let match: Study.Match

    public init(_ match: Study.Match, target: Int) {
        self.match = match
        self.target = target
    }

    /// The value of the setting whose network comes nearest to the target.
    ///
    /// A setting that is a whole number is solved for itself; one that is a list of them is scaled as a whole, and the
    /// range is that of the scale. Wider networks have more parameters, so halving finds the place.
    ///
    /// - Parameter count: how many parameters the network has with a value of the setting.
    func solve(_ standing: Value?, count: (String) throws -> Int) throws -> Study.Setting {
        let candidates = try self.candidates(standing)
        var (low, high) = (0, candidates.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if try count(candidates[middle]) < target { low = middle + 1 } else { high = middle }
        }
        var best = candidates[low]
        if low > 0, abs(try count(candidates[low - 1]) - target) < abs(try count(best) - target) {
            best = candidates[low - 1]
        }
        return Study.Setting(match.key, best)
    }

    /// The values in rising order.
    private func candidates(_ standing: Value?) throws -> [String] {
        switch standing {
        case .int:
            let (low, high) = (max(1, match.low.rounded(.up)), min(match.high.rounded(.down), 100_000))
            guard low <= high else {
                throw RunError(.refused, "there is no whole number between \(match.low) and \(match.high)")
            }
            return (Int(low)...Int(high)).map(String.init)
        case .list(let values):
            let numbers = values.compactMap { value -> Int? in if case .int(let number) = value { number } else { nil }
            }
            guard numbers.count == values.count, !numbers.isEmpty else { break }
            // Steps of half a percent: finer than whole numbers of channels can tell apart.
            let steps = Int((log(match.high / match.low) / 0.005).rounded(.up))
            var lists: [String] = []
            for step in 0...max(1, min(steps, 10_000)) {
                let scale = match.low * exp(0.005 * Double(step))
                let list = numbers.map { String(max(1, Int((Double($0) * min(scale, match.high)).rounded()))) }
                let text = "[\(list.joined(separator: ", "))]"
                if lists.last != text { lists.append(text) }
            }
            return lists
        default: break
        }
        throw RunError(
            .refused, "'\(match.key)' is no parameter with a whole number or a list of them, so no width can be solved",
            help: "match parameters by a parameter of the network, as filters or width")
    }
}

import Foundation
import GraphIR

/// What a result was made from. A result belongs to it: with other weights, other data or other rules it is another
/// result, and the old one is no longer true.
struct ResultBasis: Equatable, Sendable {
    /// Of the weights file.
    var weights: String
    /// Of the dataset and its split.
    var data: String
    /// Of the rules of judging.
    var rules: String
    /// Strangers' metrics, by the SHA-256 of their files.
    var metrics: [String: String]
    /// What whoever asked for it chose.
    var choices: Choices

    struct Choices: Equatable, Sendable {
        var split = "test"
        var weights = "best"
        var passes = 0
        /// Thresholds that were given; `nil` where they were chosen.
        var thresholds: PickThresholds?

        /// `split test, weights best, 5 passes with dropout on, thresholds P 0.1`
        var text: String {
            var parts = ["split \(split)", "weights \(weights)"]
            if passes > 0 { parts.append("\(passes) passes with dropout on") }
            if let thresholds { parts.append("given thresholds \(thresholds.text)") }
            return parts.joined(separator: ", ")
        }
    }

    init(weights: String, data: String, rules: String, metrics: [String: String] = [:], choices: Choices) {
        self.weights = weights
        self.data = data
        self.rules = rules
        self.metrics = metrics
        self.choices = choices
    }

    var json: JSON {
        [
            "weights_sha256": .string(weights), "data": .string(data), "rules": .string(rules),
            "metrics": .object(metrics.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "split": .string(choices.split), "weights": .string(choices.weights), "passes": .int(choices.passes),
            "thresholds": choices.thresholds?.json ?? .null,
        ]
    }

    /// What `test.json` says of itself; `nil` where it does not, as in results of older versions.
    init?(json: JSON) {
        guard let weights = json["weights_sha256"]?.string, let data = json["data"]?.string,
            let rules = json["rules"]?.string, let split = json["split"]?.string,
            let choice = json["weights"]?.string, let passes = json["passes"]?.int
        else { return nil }
        let metrics = (json["metrics"]?.members ?? []).map { ($0.key, $0.value.string ?? "") }
        self.init(
            weights: weights, data: data, rules: rules, metrics: Dictionary(metrics) { first, _ in first },
            choices: Choices(
                split: split, weights: choice, passes: passes,
                thresholds: json["thresholds"].flatMap(PickThresholds.init(json:))))
    }

    /// Why a result that was made from this no longer holds for `now`, in words; empty where it does.
    func differences(from now: ResultBasis) -> [String] {
        var found: [String] = []
        if weights != now.weights { found.append("the weights are others") }
        if data != now.data { found.append("the data are others") }
        if rules != now.rules { found.append("the rules of judging are others") }
        // A number more than is asked for takes nothing from those that are.
        for (name, hash) in now.metrics.sorted(by: { $0.key < $1.key }) where metrics[name] != hash {
            found.append(metrics[name] == nil ? "the metric \(name) is new" : "the metric \(name) is another one")
        }
        return found
    }
}

/// The rules of judging, as far as they can change from one version to another.
enum JudgingRules {
    /// Counts up when the way from curves to the table changes in a way that no statement shows.
    private static let version = 2

    /// Of the rules by which picks are read and of the definitions of all metrics that come with Strata.
    static let hash: String = {
        let rules = PickRule.allCases.map { "\($0.rawValue): \($0.statement)" }
        let metrics = Registry.builtIn.plugins(.metric).map { "\($0.signature.name): \($0.signature.documentation)" }
        return SHA256.hex(of: (["\(version)"] + rules + metrics.sorted()).joined(separator: "\n").utf8)
    }()

    /// Of a file; `nil` where it cannot be read.
    static func hash(ofFile path: String) -> String? {
        FileManager.default.contents(atPath: path).map { SHA256.hex(of: $0) }
    }
}

import GraphIR
import Interpreter
import Layers
import Runner

// Options that several commands have, each declared once: `let json = Option.json`.

extension Option where Value == Bool {
    static var json: Self { Self("--json", "Print one JSON value and nothing else.") }
    static var overwrite: Self { Self("--overwrite", "Replace what is already there.") }
    static var skipBad: Self { Self("--skip-bad", "Leave bad traces and records out and count them.") }
    static var strict: Self {
        Self(
            "--strict",
            "Look at every sample of the data, so that any change of it is noticed; remembered by size and time.")
    }
}

extension Option where Value == Int? {
    static var threads: Self {
        Self(
            "--threads", "N", "Use N threads (default: all processors). Results do not depend on it.", in: 1...1024)
    }
    /// In bytes, given in MiB.
    static var memory: Self {
        Self("--memory", "MIB", "Use at most so many MiB (default: what the machine has).") { text in
            try Reading.int(text, 1...1 << 40, of: "--memory") << 20
        }
    }
}

extension Option where Value == UInt64 {
    static var seed: Self {
        Self("--seed", "N", "The seed of everything random (default \(.standard)).", standard: "0", absent: 0) {
            UInt64(try Reading.int($0, 0...Int.max, of: "--seed"))
        }
    }
}

extension Option where Value == [String] {
    static var path: Self { Self("--path", "DIR", "Look for networks in DIR first.") }
}

/// What is set in an architecture's place, as `--set` gives it: values in the words of the language.
typealias Overrides = [(key: String, value: String)]

extension Option where Value == Overrides {
    static var set: Self {
        Self("--set", "KEY=VALUE", "Override a parameter or a setting of the file.", repeats: true, absent: []) {
            try Reading.pairs($0, of: "--set")
        }
    }
}

extension Option where Value == PickThresholds? {
    static func thresholds(insteadOf others: String) -> Self {
        Self(
            "--thresholds", "LIST", "As detection=0.3,P=0.1,S=0.1, instead of \(others).",
            read: Reading.thresholds)
    }
}

extension Option where Value == Mode {
    static var mode: Self {
        Self("--mode", "MODE", "\(.words): batch norm uses the batch.", standard: .inference)
    }
}

extension Option where Value == PlanOptions.Style {
    static var plan: Self {
        Self("--plan", "STYLE", "\(.words): one layer after the other.", standard: .fused)
    }
}

/// What of the machine is used.
struct MachineOptions: OptionGroup {
    let threads = Option<Int?>.threads
    let memory = Option<Int?>.memory
}

/// A network that is found by its name and may be changed.
struct NetworkOptions: OptionGroup {
    let set = Option<Overrides>.set
    let path = Option<[String]>.path
}

/// Beside a model, which is a run's folder, a bundle, or a network with its weights.
struct ModelOptions: OptionGroup {
    let weights = Option<WantedWeights?>(
        "--weights", "WHICH", "Of a run best (default) or last; of a network the file of its weights.",
        read: WantedWeights.init)
    let network = NetworkOptions()
}

/// Weights as a command line names them.
struct WantedWeights: Sendable {
    let text: String
    /// Which of a run's; `nil`: those of a file.
    var choice: EvaluationRequest.WeightsChoice? { .init(rawValue: text) }

    @Sendable init(_ text: String) { self.text = text }
}

/// The number for a length that a network leaves open.
typealias OpenLength = (symbol: String, samples: Int)

extension Option where Value == [OpenLength] {
    static func lengths(_ says: OptionText) -> Self {
        Self("--length", "T=N", says, repeats: true, absent: []) { texts in
            try Reading.pairs(texts, of: "--length").map { symbol, text in
                guard let number = Int(text), (1...1_000_000_000).contains(number) else {
                    throw Exit(.usage, "a length is a whole number from 1 to 1000000000, not '\(text)'")
                }
                return (symbol, number)
            }
        }
    }
}

/// What may be said of a training without `--set`.
struct LessonOptions: OptionGroup {
    let epochs = Option<Int?>("--epochs", "N", "As --set train.epochs=N.", in: 1...1_000_000)
    let batch = Option<Int?>("--batch", "N", "As --set train.batch=N.", in: 1...1_000_000)
}

extension Invocation<LessonOptions> {
    /// What they set, as a network's text would.
    var settings: Overrides {
        [("train.epochs", self.epochs), ("train.batch", self.batch)].compactMap { key, number in
            number.map { (key, "\($0)") }
        }
    }
}

/// Several processes that do one thing together.
struct TeamOptions: OptionGroup {
    let alone = Option<Bool>("--alone", "Form no team, even where a launcher started several processes.")
    let patience = Option<Int>.teamPatience
}

extension Option where Value == Int {
    static var teamPatience: Self {
        Self(
            "--patience", "SECONDS",
            "End if another process of the team does not come for so long (default \(.standard)).",
            standard: 600, in: 1...1_000_000)
    }
}

import Foundation
import GraphIR
import Runner

/// `strata hash`: whether two trainings came to the same numbers.
enum HashCommand: Command {
    static let name = "hash"
    static let summary = "Print a hash of a run's weights: the same for the same numbers, wherever they lie."
    static let operands = "RUN…"
    static let operandCount = 1...1000
    struct Options: OptionGroup {
        let weights = Option<EvaluationRequest.WeightsChoice>("--weights", "WHICH", "\(.words).", standard: .best)
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata hash runs/a runs/b", says: "a line each; equal hashes are equal weights, to the bit")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let choice = call.weights
        let hashes = try call.operands.map { (run: $0, hash: try RunFolder($0).tensorsSHA256(choice)) }
        if call.json {
            let rows = hashes.map { entry -> JSON in
                [
                    "run": .string(entry.run), "weights": .string(choice.rawValue),
                    "tensors_sha256": .string(entry.hash),
                ]
            }
            Terminal.print(JSON.array(rows).text(indented: true))
        } else {
            for entry in hashes { Terminal.print("\(entry.hash)  \(entry.run)") }
        }
        return .done
    }
}

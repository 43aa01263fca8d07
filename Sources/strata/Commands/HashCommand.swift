import Foundation
import GraphIR
import Runner

/// `strata hash`: whether two trainings came to the same numbers.
enum HashCommand: Command {
    static let name = "hash"
    static let summary = "Print a hash of a run's weights: the same for the same numbers, wherever they lie."
    static let operands = "RUN…"
    static let operandCount = 1...1000
    private static let weights = Option("--weights", "WHICH", "best (default) or last.")
    static let options = [weights, .json]
    static let examples = [
        (line: "strata hash runs/a runs/b", says: "a line each; equal hashes are equal weights, to the bit")
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let choice =
            try call.word(weights.name, among: EvaluationRequest.WeightsChoice.allCases.map(\.rawValue))
            .flatMap(EvaluationRequest.WeightsChoice.init) ?? .best
        return try reporting {
            let hashes = try call.operands.map { (run: $0, hash: try RunFolder($0).tensorsSHA256(choice)) }
            if call.has("--json") {
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
}

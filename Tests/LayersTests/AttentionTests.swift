import GraphIR
import Testing

@testable import Layers

@Suite("Attention, norms and features against their plain versions")
struct AttentionTests {
    static let cases: [Case] = [
        Case("self_attention", ["units": 3], on: [2, 5]),
        Case("self_attention", ["units": 5, "width": 3], on: [4, 19], batch: 3),
        // Two before and one after; a large epsilon shows whether the way back knows of it.
        Case("self_attention", ["units": 4, "width": 4, "epsilon": 0.5], on: [3, 17]),
        Case("self_attention", ["units": 2, "epsilon": 0.3], on: [1, 1], batch: 1),
        Case("attention", ["heads": 1], on: [3, 6]),
        Case("attention", ["heads": 2, "causal": true], on: [4, 19], batch: 3),
        Case("attention", ["heads": 3, "bias": false], on: [6, 33]),
        Case("attention", ["heads": 2, "causal": true], on: [2, 1], batch: 1),
        Case("positional_encoding", on: [5, 18]),
        Case("positional_encoding", ["base": 100.0], on: [2, 3]),
        Case("layer_norm", on: [5, 18]),
        Case("layer_norm", ["epsilon": 1e-14], on: [16, 3], batch: 3),
        Case("layer_norm", on: [7]),
        Case("layer_norm", on: [3, 4, 17]),
        Case("group_norm", ["groups": 2], on: [6, 18], batch: 3),
        Case("group_norm", ["groups": 3, "epsilon": 0.1], on: [3, 4, 17]),
        Case("group_norm", ["groups": 2], on: [8]),
        Case("group_norm", ["groups": 1], on: [4, 1]),
        Case("instance_norm", on: [3, 21], batch: 2),
        Case("instance_norm", ["scale": true], on: [2, 3, 5]),
        Case("local_response_norm", ["size": 3, "alpha": 0.5], on: [6, 17]),
        Case("local_response_norm", ["size": 4, "alpha": 0.7, "beta": 1.5, "k": 0.5], on: [5, 2, 18]),
        Case("local_response_norm", ["size": 9, "alpha": 1.0], on: [4]),
        Case("deltas", on: [2, 9]),
        Case("deltas", ["order": 1, "width": 3], on: [1, 4]),
        Case("deltas", ["order": 3, "width": 1], on: [2, 1]),
        Case("log_filter_bank", ["bands": 3, "window": 16, "hop": 5, "low": 8.0], on: [1, 41]),
        Case(
            "log_filter_bank",
            ["bands": 4, "window": 20, "hop": 3, "fft": 64, "low": 3.0, "high": 40.0, "spectrum": .word("power")],
            on: [2, 73]),
    ]

    @Test("Results and gradients", arguments: cases)
    func agree(_ test: Case) throws { try expectAgreement(test) }
}

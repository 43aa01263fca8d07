import GraphIR
import Testing

@testable import Layers

@Suite("Activations, batch norm and what rearranges, against their plain versions")
struct PointwiseTests {
    static let activations: [Case] =
        [
            "relu", "leaky_relu", "elu", "gelu", "silu", "mish",
            "sigmoid", "hard_sigmoid", "tanh", "softmax", "log_softmax",
        ].flatMap {
            [Case($0, on: [3, 17]), Case($0, on: [5]), Case($0, on: [2, 3, 4], batch: 1)]
        } + [
            Case("leaky_relu", ["slope": 0.3], on: [2, 5]), Case("elu", ["alpha": 0.5], on: [2, 5]),
            Case("softmax", on: [1, 4]),
        ]
    static let norms: [Case] = Mode.allCases.flatMap { mode in
        [
            Case("batch_norm", on: [3, 17], batch: 4, mode: mode),
            Case("batch_norm", ["epsilon": 0.1], on: [2, 3, 5], batch: 3, mode: mode),
            Case("batch_norm", ["scale": false], on: [6], batch: 5, mode: mode),
            Case("batch_norm", on: [2, 1], batch: 2, mode: mode),
        ]
    }
    static let arranging: [Case] = [
        Case("add", on: [2, 17], [2, 17]), Case("add", on: [3], [3], [3]),
        Case("subtract", on: [2, 17], [2, 17]), Case("multiply", on: [2, 3, 5], [2, 3, 5]),
        Case("multiply", on: [2, 5], [2, 5], [2, 5]),
        Case("dense", ["units": 3], on: [7]),
        Case("dense", ["units": 20, "activation": .word("relu")], on: [33], batch: 5),
        Case("dense", ["units": 1, "bias": false], on: [1], batch: 1),
        Case("concat", on: [2, 17], [3, 17]), Case("concat", ["axis": .word("time")], on: [2, 5], [2, 18]),
        Case("concat", on: [4], [5], [1]), Case("concat", ["axis": .word("height")], on: [2, 3, 5], [2, 1, 5]),
        Case("concat", on: [2, 3, 5], [1, 3, 5]),
        Case("flatten", on: [3, 17]), Case("flatten", ["order": .word("time")], on: [3, 17]),
        Case("flatten", ["order": .word("time")], on: [2, 3, 5]), Case("flatten", on: [2, 3, 5]),
        Case("reshape", ["to": [2, 24]], on: [3, 16]), Case("reshape", ["to": [2, 3, 4]], on: [24]),
        Case("transpose", on: [3, 17]), Case("transpose", ["order": [1, 2, 0]], on: [2, 3, 5]),
        Case("transpose", on: [2, 3, 5]),
        Case("feed_forward", ["units": 5], on: [3, 17]),
        Case("feed_forward", ["units": 4, "activation": .word("gelu")], on: [2, 3], batch: 3),
        Case("feed_forward", ["units": 20, "activation": .word("elu")], on: [16, 1]),
        Case("dropout", ["rate": 0.5], on: [2, 5]),
    ]

    @Test("Activations", arguments: activations)
    func agree(_ test: Case) throws { try expectAgreement(test) }
    @Test("Batch norm, with running statistics and with those of the batch", arguments: norms)
    func agreeNormed(_ test: Case) throws { try expectAgreement(test) }
    @Test("Sums, joints and orders", arguments: arranging)
    func agreeArranged(_ test: Case) throws { try expectAgreement(test) }
}

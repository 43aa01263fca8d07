import GraphIR
import Testing

@testable import Layers

@Suite("Recurrences against their plain versions")
struct RecurrenceTests {
    static let cases: [Case] = [
        Case("rnn", ["units": 5], on: [3, 7]),
        Case("rnn", ["units": 17, "activation": .word("relu"), "biases": .word("two")], on: [2, 4], batch: 9),
        Case("rnn", ["units": 3, "bidirectional": true], on: [4, 1], batch: 1),
        Case("lstm", ["units": 5], on: [3, 7]),
        Case("lstm", ["units": 16, "biases": .word("two")], on: [4, 20], batch: 3),
        Case("lstm", ["units": 3, "bidirectional": true], on: [2, 18], batch: 10),
        Case("lstm", ["units": 33, "recurrent_activation": .word("hard_sigmoid")], on: [1, 3], batch: 1),
        Case("lstm", ["units": 4], on: [17, 1], batch: 5),
        Case("gru", ["units": 5], on: [3, 7]),
        Case("gru", ["units": 5, "biases": .word("two")], on: [3, 17], batch: 3),
        Case("gru", ["units": 5, "reset": .word("before")], on: [3, 7]),
        Case(
            "gru", ["units": 4, "reset": .word("before"), "biases": .word("two"), "bidirectional": true], on: [2, 17],
            batch: 9),
        Case("gru", ["units": 18, "recurrent_activation": .word("hard_sigmoid"), "bidirectional": true], on: [2, 3]),
    ]

    @Test("Results and gradients", arguments: cases)
    func agree(_ test: Case) throws { try expectAgreement(test) }
}

import Foundation
import GraphIR
import Testing

@testable import Layers

/// The numbers are PyTorch's, by `Fixtures/make_losses.py`.
@Suite("Losses against PyTorch")
struct LossTests {
    private static let channels = 3
    private static let positions = 7
    private static let grid = (0..<channels * positions).map { Double($0) }
    private static let sines = grid.map { Float(2.5 * sin($0)) }
    private static let probabilities = grid.map { Float(0.5 + 0.45 * sin($0)) }
    private static let labels = grid.map { Float(0.5 + 0.5 * cos(3 * $0)) }
    /// Over the channels of each sample.
    private static func softmax(_ values: [Double]) -> [Float] {
        values.indices.map { index in
            let sum = (0..<channels).reduce(0.0) { $0 + exp(values[index % positions + $1 * positions]) }
            return Float(exp(values[index]) / sum)
        }
    }
    private static let classes = softmax(grid.map { 2.5 * sin($0) })
    private static let shares = softmax(grid.map { cos(2 * $0) })

    struct Case: Sendable {
        let name: String
        let arguments: [(String, Value)]
        let output: [Float]
        let label: [Float]
        let expected: Double
    }
    static let cases: [Case] = [
        Case(name: "binary_cross_entropy", arguments: [], output: probabilities, label: labels, expected: 1.0665828103),
        Case(
            name: "binary_cross_entropy", arguments: [("from", .word("logits")), ("positive", 3.0)], output: sines,
            label: labels, expected: 2.0572346553),
        Case(name: "cross_entropy", arguments: [], output: classes, label: shares, expected: 1.5959481065),
        Case(
            name: "cross_entropy", arguments: [("from", .word("logits"))], output: sines, label: shares,
            expected: 1.5959481065),
        Case(
            name: "cross_entropy", arguments: [("from", .word("log_probabilities"))],
            output: classes.map { Float(log(Double($0))) }, label: shares, expected: 1.5959481065),
        Case(
            name: "cross_entropy", arguments: [("weights", [0.5, 1.0, 2.0])], output: classes, label: shares,
            expected: 1.7365469454),
        Case(name: "mean_square", arguments: [], output: sines, label: labels, expected: 3.4131065260),
        Case(name: "mean_absolute", arguments: [], output: sines, label: labels, expected: 1.6452290105),
        Case(name: "huber", arguments: [("delta", 0.7)], output: sines, label: labels, expected: 0.9126016407),
        Case(name: "focal", arguments: [], output: probabilities, label: labels, expected: 0.3662658077),
        Case(name: "dice", arguments: [], output: probabilities, label: labels, expected: 0.4449314692),
    ]

    private func loss(_ test: Case) throws -> any Loss {
        let type = try #require(Registry.builtIn[.loss, test.name] as? any Loss.Type)
        var arguments = type.signature.defaults
        for (name, value) in test.arguments { arguments.set(name, value) }
        let shape = Shape(.number(Self.channels), .number(Self.positions))
        return try type.init(arguments, output: TensorType(shape), label: shape)
    }
    private func measure(
        _ loss: any Loss, _ output: [Float], _ label: [Float], mask: [Float]? = nil, scale: Float = 1
    ) -> (value: Double, slopes: [Float]) {
        var slopes = [Float](repeating: .nan, count: output.count)
        let value = output.withUnsafeBufferPointer { output in
            label.withUnsafeBufferPointer { label in
                slopes.withUnsafeMutableBufferPointer { slopes in
                    (mask ?? []).withUnsafeBufferPointer { masked in
                        loss.measure(
                            LossWindow(
                                output: output.baseAddress!, label: label.baseAddress!,
                                mask: mask == nil ? nil : masked.baseAddress, gradient: slopes.baseAddress,
                                scale: scale,
                                channels: Self.channels, positions: Self.positions))
                    }
                }
            }
        }
        return (value, slopes)
    }

    @Test("Values", arguments: cases.indices)
    func values(index: Int) throws {
        let test = Self.cases[index]
        let (value, _) = measure(try loss(test), test.output, test.label)
        #expect(abs(value / test.expected - 1) < 1e-6, "\(test.name) is \(value)")
    }

    @Test("Slopes are those of the value, and carry the scale", arguments: cases.indices)
    func slopes(index: Int) throws {
        let test = Self.cases[index]
        let loss = try loss(test)
        let (_, slopes) = measure(loss, test.output, test.label, scale: 0.5)
        let largest = slopes.reduce(Float(0)) { max($0, abs($1)) }
        for place in slopes.indices {
            func value(_ step: Float) -> Double {
                var moved = test.output
                moved[place] += step
                return measure(loss, moved, test.label).value
            }
            let difference = 0.5 * (value(2e-3) - value(-2e-3)) / 4e-3
            #expect(abs(Double(slopes[place]) - difference) < 2e-3 * Double(largest) + 1e-6, "\(test.name) at \(place)")
        }
    }

    @Test("What a mask leaves out does not count, whatever it is", arguments: cases.indices)
    func masks(index: Int) throws {
        let test = Self.cases[index]
        let loss = try loss(test)
        let mask = (0..<test.output.count).map { Float($0 % Self.positions == 2 ? 0 : 1) }
        var other = test.output
        for place in mask.indices where mask[place] == 0 { other[place] = .nan }
        let (value, slopes) = measure(loss, test.output, test.label, mask: mask)
        #expect(measure(loss, other, test.label, mask: mask).value == value && value.isFinite)
        #expect(zip(mask, slopes).allSatisfy { $0 != 0 || $1 == 0 })
        let nothing = measure(loss, other, test.label, mask: mask.map { _ in 0 })
        #expect(nothing.value == 0 && nothing.slopes.allSatisfy { $0 == 0 })
    }

    @Test("A prediction that is no number makes a loss that is none", arguments: cases.indices)
    func notANumber(index: Int) throws {
        let test = Self.cases[index]
        var output = test.output
        output[4] = .nan
        #expect(!measure(try loss(test), output, test.label).value.isFinite)
    }

    @Test("Surely wrong probabilities have a finite loss and still learn")
    func saturated() throws {
        let loss = try loss(Self.cases[0])
        let wrong = measure(loss, Self.labels.map { $0 > 0.5 ? 0 : 1 }, Self.labels.map { $0 > 0.5 ? 1 : 0 })
        #expect(abs(wrong.value - 16.118) < 0.2)
        #expect(wrong.slopes.allSatisfy { $0.isFinite && $0 != 0 })
    }

    @Test("Shapes that differ are refused with both")
    func shapes() {
        let complaint = #expect(throws: Complaint.self) {
            try MeanSquare(Arguments(), output: TensorType(Shape(5, 9)), label: Shape(1, 9))
        }
        #expect(complaint?.message.contains("[5, 9]") == true && complaint?.message.contains("[1, 9]") == true)
        #expect(throws: Complaint.self) {
            try CrossEntropy(Arguments(), output: TensorType(Shape(1, 9)), label: Shape(1, 9))
        }
    }
}

import Files
import Foundation
import GraphIR
import Testing

@testable import Foreign

/// What is odd rather than damaged: names that would speak for us, sizes beside a zero, chains without an end.
@Suite struct OddityTests {
    /// A line break and a sequence that moves the cursor, as a part of a name.
    static let forged = "w\nerror: forged\u{1B}[2J"

    /// Whatever a name holds, a message is one line where it was one, and moves no cursor.
    @Test func namesStayWithinTheirLine() throws {
        var model = OnnxImportTests.model()
        model.nodes = [.init(name: Self.forged, type: "Clip", inputs: ["x"], outputs: ["y"], attributes: [])]
        Self.expectPlain(OnnxImportTests.error(model))
        let twice = Self.entry(Self.forged) + Self.entry(Self.forged)
        Self.expectPlain(
            #expect(throws: ForeignError.self) {
                try readForeign(
                    HostileTests.torch("\u{E002}}(" + twice + "u.", storage: [0, 0, 0, 0]), path: "made.pt")
            })
        for name in [Self.forged, String(repeating: "n", count: 100_000)] {
            let config: JSON = [
                "class_name": "Sequential",
                "config": [["class_name": .string(name), "config": ["batch_input_shape": [.null, 90, 3]]]],
            ]
            Self.expectPlain(
                #expect(throws: ForeignError.self) {
                    try KerasBuilder(try KerasConfig(config), arrays: [:], isThree: false)
                })
        }
    }

    private static func expectPlain(_ error: ForeignError?) {
        let said = error?.description ?? ""
        #expect(!said.isEmpty && said.utf8.count < 3000, "\(said.utf8.count) bytes")
        #expect(!said.unicodeScalars.contains("\u{1B}") && !said.contains("\nerror:"), "\(said)")
    }

    private static func entry(_ name: String) -> String {
        HostileTests.text(name) + HostileTests.array(count: 1, shape: [1])
    }

    /// An array without numbers may say anything of its other sizes.
    @Test func sizesBesideZero() throws {
        let huge = 1 << 62
        let body = "\u{E002}}" + HostileTests.text("w") + HostileTests.array(count: 1, shape: [0, huge, huge]) + "s."
        let file = try HostileTests.torch(body, storage: [0, 0, 0, 0])
        #expect(try readForeign(file, path: "made.pt").arrays.map(\.shape) == [[0, huge, huge]])
        #expect(Layouts.permuted([], shape: [0, huge, huge], order: [2, 1, 0]).shape == [huge, huge, 0])
        var model = OnnxImportTests.model()
        model.initializers = [.init(name: "w", shape: [0, huge, huge], numbers: .floats([]))]
        model.nodes = [
            .init(name: "turn", type: "Transpose", inputs: ["w"], outputs: ["t"], attributes: []),
            .init(name: "sum", type: "Add", inputs: ["x", "t"], outputs: ["y"], attributes: []),
        ]
        #expect(OnnxImportTests.error(model) != nil)
    }

    /// Nothing that is worked out from a length goes beyond what a number holds.
    @Test func lengthsAtTheEndOfNumbers() throws {
        var model = OnnxImportTests.model()
        model.inputs[0].shape = ["1", "3", String(Int.max)]
        model.initializers = [.init(name: "w", shape: [2, 3, 5], numbers: .floats([Float](repeating: 0, count: 30)))]
        model.nodes = [
            .init(
                name: "c", type: "Conv", inputs: ["x", "w"], outputs: ["y"],
                attributes: [("strides", .ints([4])), ("pads", .ints([3, 3]))])
        ]
        #expect(OnnxImportTests.error(model)?.message.contains("more than is looked at") == true)
    }

    /// A hundred thousand scales, each of what the one before gave, and one sum behind the other below a peak.
    @Test(arguments: ["Mul", "Add"]) func chainsOfOneKind(type: String) throws {
        var model = OnnxImportTests.model()
        model.initializers = [.init(name: "half", shape: [], numbers: .floats([0.5]))]
        var nodes: [OnnxModel.Node] = [
            .init(name: "size", type: "Abs", inputs: ["x"], outputs: ["v0"], attributes: [])
        ]
        for index in 1..<60_000 {
            nodes.append(
                .init(
                    name: "", type: type, inputs: ["v\(index - 1)", "half"], outputs: ["v\(index)"], attributes: []))
        }
        if type == "Add" {
            model.outputs = (0..<900).map { .init(name: "y\($0)", shape: ["batch", "3", "T"]) }
            for index in 0..<900 {
                nodes.append(
                    .init(name: "", type: "Div", inputs: ["x", "v59999"], outputs: ["y\(index)"], attributes: []))
            }
        } else {
            nodes.append(.init(name: "", type: "Mul", inputs: ["v59999", "half"], outputs: ["y"], attributes: []))
        }
        model.nodes = nodes
        let clock = ContinuousClock()
        let time = clock.measure { #expect(OnnxImportTests.error(model) != nil) }
        #expect(time < .seconds(20), "\(time)")
    }

    /// Windowed cosines without a channel are no filter bank.
    @Test func wavesWithoutNumbers() throws {
        var model = OnnxImportTests.model()
        model.initializers = [
            .init(name: "cos", shape: [6, 0, 8], numbers: .floats([])),
            .init(name: "tri", shape: [6, 2, 1], numbers: .floats([Float](repeating: 1, count: 12))),
            .init(name: "small", shape: [], numbers: .floats([1e-10])),
        ]
        let group: [(name: String, value: OnnxModel.Attribute)] = [("group", .int(3)), ("strides", .ints([2]))]
        model.nodes = [
            .init(name: "c", type: "Conv", inputs: ["x", "cos"], outputs: ["c"], attributes: group),
            .init(name: "s", type: "Conv", inputs: ["x", "cos"], outputs: ["s"], attributes: group),
            .init(name: "cc", type: "Mul", inputs: ["c", "c"], outputs: ["cc"], attributes: []),
            .init(name: "ss", type: "Mul", inputs: ["s", "s"], outputs: ["ss"], attributes: []),
            .init(name: "p", type: "Add", inputs: ["cc", "ss"], outputs: ["p"], attributes: []),
            .init(name: "b", type: "Conv", inputs: ["p", "tri"], outputs: ["b"], attributes: group),
            .init(name: "f", type: "Add", inputs: ["b", "small"], outputs: ["f"], attributes: []),
            .init(name: "l", type: "Log", inputs: ["f"], outputs: ["y"], attributes: []),
        ]
        let file = FileBytes(model.bytes, name: "made.onnx")
        #expect(throws: ForeignError.self) { try readForeign(file, path: "made.onnx", rate: 100) }
    }
}

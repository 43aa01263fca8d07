import GraphIR
import Testing

@testable import Layers

@Suite("What layers refuse, and what they say")
struct ComplaintTests {
    private func complaint(
        _ name: String, _ arguments: KeyValuePairs<String, Value> = [:], on shapes: [Dimension]...
    ) throws -> Complaint {
        let complaint = #expect(throws: Complaint.self) { try use(name, Arguments(arguments), onAll: shapes) }
        return try #require(complaint)
    }

    @Test("A window wider than the signal")
    func tooWide() throws {
        let pool = try complaint("max_pool", ["size": 9, "padding": .word("valid")], on: [3, 7])
        #expect(pool.cause == .input(0, axis: 1))
        #expect(pool.message == "max_pool's window of 9 is wider than the 7 samples along time")
        #expect(pool.help == "padding: same works for any length")
        let conv = try complaint(
            "conv", ["filters": 1, "kernel": 3, "dilation": 8, "padding": .word("valid")], on: [1, 10])
        #expect(
            conv.message == "conv's window of 3 with dilation 8, 17 samples wide, exceeds the 10 samples along time")
    }

    @Test("Sums of what does not fit")
    func sums() throws {
        let time = try complaint("add", on: [64, 47], [64, 46])
        #expect(time.cause == .inputsDiffer(axis: 1))
        #expect(time.message == "'+' needs equal shapes, but these differ in time: [64, 47] and [64, 46]")
        let channels = try complaint("add", on: [48, 9], [50, 9])
        #expect(channels.help == "conv(50, 1) brings 48 channels to 50")
        #expect(try complaint("multiply", on: [3, 9], [3]).cause == .inputsDiffer(axis: nil))
        #expect(try complaint("concat", on: [3, 9], [3, 8]).cause == .inputsDiffer(axis: 1))
    }

    @Test("Arrays of the wrong kind")
    func kinds() throws {
        let dense = try complaint("dense", ["units": 2], on: [32, 4])
        #expect(dense.message == "dense works on a vector, but this is a sequence [32, 4]")
        #expect(
            try complaint("lstm", ["units": 2], on: [32]).help == "leave out the flatten or the global pool before it")
        #expect(
            try complaint("conv", ["filters": 2, "kernel": 3], on: [.symbol("C"), 9]).cause == .unknownSize(0, axis: 0))
    }

    @Test("Arguments that do not go together")
    func arguments() throws {
        #expect(
            try complaint("conv", ["filters": 8, "kernel": 3, "groups": 3], on: [4, 9]).cause == .argument("groups"))
        #expect(try complaint("attention", ["heads": 3], on: [16, 9]).cause == .argument("heads"))
        #expect(
            try complaint("crop", ["left": 5, "right": 4], on: [4, 9]).message
                == "crop takes 9 samples, but only 9 come in")
        #expect(try complaint("crop", ["to": 10], on: [4, 9]).cause == .argument("to"))
        #expect(
            try complaint("reshape", ["to": [5, 7]], on: [36]).message == "[5, 7] holds 35 numbers, but [36] has 36")
        #expect(try complaint("conv", ["filters": 8, "kernel": [3, 3]], on: [4, 9]).cause == .argument("kernel"))
        let band = try complaint("log_filter_bank", ["window": 64, "hop": 16, "low": 0.1], on: [1, 900])
        #expect(band.message == "band 1 lies between two lines of the spectrum, which are 1.5625 Hz apart")
    }

    @Test("Absurd numbers are refused or survived, by every layer", arguments: Registry.builtIn.names(.layer))
    func absurd(name: String) throws {
        let layer = try #require(Registry.builtIn.layer(name))
        let shapes: [[Dimension]] = [
            [3, 9], [1], [.number(Rational.limit), .number(Rational.limit)], [0, 0], [1, 1, 1], [],
            [3, .symbol("T")], [-5, -7], [2, 2, 2, 2],
        ]
        for number in [Int.min, -1, 0, 1, 65536, Int.max] {
            let arguments = Arguments(
                layer.signature.parameters.map { Arguments.Entry($0.name, .int(number)) })
            for shape in shapes {
                for count in 0...2 {
                    let inputs = [TensorType](repeating: TensorType(Shape(shape), rate: 100), count: count)
                    let made = try? layer.init(arguments, inputs: inputs)
                    _ = (made?.flops, made?.weights, made?.reach)
                    _ = try? layer.init(layer.signature.defaults, inputs: inputs)
                }
            }
        }
    }

    @Test("A number outside its range is named with the range")
    func ranges() throws {
        let stride = try complaint("conv", ["filters": 8, "kernel": 3, "stride": 0], on: [4, 9])
        #expect(stride.message == "stride is 0, but must lie between 1 and 65536")
        #expect(try complaint("dropout", ["rate": 1.5], on: [4, 9]).cause == .argument("rate"))
    }
}

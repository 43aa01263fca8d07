import GraphIR
import Layers

/// One use of a layer that came through the C door: which one, the type says.
struct CLayer<Index: Counter>: Layer, Arithmetic {
    static var signature: Signature {
        let layer = CDoor.loaded(Index.number)
        var signature = Signature(.layer, layer.name, layer.documentation, example: "x -> \(layer.name)()")
        signature.parameters = layer.parameters
        return signature
    }

    let output: TensorType
    let weights: [WeightSpec]
    private let settings: [Double]
    private let channels: Int
    private let time: Int
    private let table: CDoor.Table

    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        let layer = CDoor.loaded(Index.number)
        table = layer.table
        settings = layer.parameters.map { parameter in
            arguments[parameter.name].flatMap(Double.init) ?? parameter.standard.flatMap(Double.init) ?? 0
        }
        guard inputs[0].shape.rank == 2 else {
            throw Complaint(.input(0, axis: nil), "\(layer.name) takes [channels, time], not \(inputs[0].shape)")
        }
        guard let channels = inputs[0].shape.channels.number else {
            throw Complaint(.unknownSize(0, axis: 0), "\(layer.name) must know how many channels come in")
        }
        self.channels = channels
        if let time = inputs[0].shape.time.number {
            self.time = time
            let (outChannels, outTime) = try Self.shape(layer, settings, channels, time)
            output = TensorType(
                Shape(.number(outChannels), .number(outTime)), rate: outTime == time ? inputs[0].rate : nil)
        } else {
            // A C layer knows numbers only: it is asked with some, and a length that it always keeps stays a symbol.
            self.time = 0
            var outChannels = 0
            for length in [840, 841, 1680] {
                let (found, outTime) = try Self.shape(layer, settings, channels, length)
                guard outTime == length else {
                    throw Complaint(
                        .unknownSize(0, axis: 1), "\(layer.name) changes the length, so it must be known here",
                        help: "declare the input with a number instead of \(inputs[0].shape.time)")
                }
                outChannels = found
            }
            output = TensorType(Shape(.number(outChannels), inputs[0].shape.time), rate: inputs[0].rate)
        }
        let (weightCount, length) = (table.weights, time)
        let count = Self.withPointer(settings) { weightCount?($0, Int64(channels), Int64(length)) ?? 0 } ?? 0
        weights =
            count > 0 && count < 1 << 31
            ? [WeightSpec("weight", [Int(count)], .glorotUniform, fanIn: channels, fanOut: channels)] : []
    }

    private static func shape(_ layer: CDoor.Layer, _ settings: [Double], _ channels: Int, _ time: Int)
        throws(Complaint) -> (Int, Int)
    {
        var outChannels: Int64 = 0
        var outTime: Int64 = 0
        var why = [CChar](repeating: 0, count: 512)
        let capacity = Int64(why.count - 1)
        let status = withPointer(settings) {
            layer.table.shape?($0, Int64(channels), Int64(time), &outChannels, &outTime, &why, capacity) ?? 1
        }
        guard status == 0, outChannels > 0, outTime > 0, outChannels < 1 << 31, outTime < 1 << 40 else {
            let reason = String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw Complaint(
                .input(0, axis: nil), reason.isEmpty ? "\(layer.name) does not take [\(channels), \(time)]" : reason)
        }
        return (Int(outChannels), Int(outTime))
    }

    /// Calls with the settings as C sees them. There is always at least one number to point at.
    private static func withPointer<Result>(_ settings: [Double], _ body: (UnsafePointer<Double>) -> Result) -> Result?
    {
        (settings + [0]).withUnsafeBufferPointer { $0.baseAddress.map(body) }
    }

    var reach: Reach { .everywhere }
    var backwardReads: BackwardReads { .inputs }

    func forward(_ pass: Pass) {
        _ = Self.withPointer(settings) { settings in
            for sample in pass.samples {
                table.forward?(
                    settings, weights.isEmpty ? nil : pass.weight(0), Int64(channels),
                    Int64(time), pass.input().row(0, of: sample), Int64(pass.input().stride),
                    pass.output.row(0, of: sample), Int64(pass.output.stride))
            }
        }
    }

    func backward(_ pass: Pass) {
        _ = Self.withPointer(settings) { settings in
            for sample in pass.samples {
                let gradient = pass.inputGradient()
                table.backward?(
                    settings, weights.isEmpty ? nil : pass.weight(0), Int64(channels),
                    Int64(time), pass.input().row(0, of: sample), Int64(pass.input().stride),
                    pass.outputGradient.row(0, of: sample), Int64(pass.outputGradient.stride),
                    gradient?.row(0, of: sample), Int64(gradient?.stride ?? 0), weights.isEmpty ? nil : pass.gradient(0)
                )
            }
        }
    }
}

import GraphIR
import Layers

/// One use of a layer that its laws are checked on: arguments and what flows in, found by trying what its signature
/// allows. Nobody writes cases for a layer.
struct LawCase {
    var arguments: Arguments
    var inputs: [TensorType]
    /// What is special about it, for a sentence: `padding: causal on [4, 21]`.
    var title: String

    /// Shapes that layers are tried on: sequences of odd and round lengths, one sample, vectors, images.
    private static let shapes: [TensorType] = [
        TensorType(Shape(4, 21), rate: 100), TensorType(Shape(3, 64), rate: 100), TensorType(Shape(16, 1), rate: 100),
        TensorType(Shape(6)), TensorType(Shape(4, 8, 9)),
    ]
    /// A stretch long enough for windows of seconds, for layers that take nothing shorter: where the cost grows with
    /// the square of the length, it would take minutes.
    private static let stretch = TensorType(Shape(1, 900), rate: 100)

    /// Cases for a layer: every shape that it takes with its simplest arguments, then one argument after the other
    /// changed. Empty if nothing that was tried fits.
    static func cases(for type: any LayerSignature.Type) -> [LawCase] {
        let signature = type.signature
        var cases: [LawCase] = []
        for shape in shapes + [stretch] where shape != stretch || cases.isEmpty {
            let inputs = [TensorType](repeating: shape, count: signature.inputs.lowerBound)
            guard let arguments = simplest(type, inputs) else { continue }
            let isFirst = cases.isEmpty
            cases.append(LawCase(arguments: arguments, inputs: inputs, title: "on \(shape.shape)"))
            guard isFirst || cases.count == 2 else { continue }
            cases += variations(type, arguments, inputs)
        }
        return cases
    }

    /// The first choice of required arguments that the layer accepts.
    private static func simplest(_ type: any LayerSignature.Type, _ inputs: [TensorType]) -> Arguments? {
        let required = type.signature.parameters.filter { $0.standard == nil }
        let choices = required.map { candidates($0.type, inputs) }
        guard choices.allSatisfy({ !$0.isEmpty }) else { return nil }
        let total = choices.reduce(1) { $0 * $1.count }
        for number in 0..<min(total, 4000) {
            var arguments = type.signature.defaults
            var rest = number
            for (parameter, values) in zip(required, choices) {
                arguments.set(parameter.name, values[rest % values.count])
                rest /= values.count
            }
            if (try? type.init(arguments, inputs: inputs)) != nil { return arguments }
        }
        return nil
    }

    private static func variations(
        _ type: any LayerSignature.Type, _ base: Arguments, _ inputs: [TensorType]
    ) -> [LawCase] {
        var cases: [LawCase] = []
        for parameter in type.signature.parameters {
            for value in candidates(parameter.type, inputs) where value != base[parameter.name] {
                if let range = parameter.range, let number = Double(value), !range.contains(number) { continue }
                var arguments = base
                arguments.set(parameter.name, value)
                guard (try? type.init(arguments, inputs: inputs)) != nil else { continue }
                cases.append(
                    LawCase(
                        arguments: arguments, inputs: inputs,
                        title: "with \(parameter.name): \(value) on \(inputs.first?.shape ?? Shape())"))
            }
        }
        return cases
    }

    /// Values worth trying for a type.
    private static func candidates(_ type: ValueType, _ inputs: [TensorType]) -> [Value] {
        switch type {
        case .int: return [.int(3), .int(2), .int(1), .int(4)]
        case .size: return [.int(2), .int(7), .int(30)]
        case .samples: return [.int(4), .int(32), .int(400)]
        case .float: return [.float(0.5), .float(2)]
        case .share: return [.float(0.3)]
        case .seconds: return [.quantity(0.04, .s), .quantity(4, .s)]
        case .hertz: return [.quantity(5, .hertz)]
        case .bool: return [.bool(true), .bool(false)]
        case .word(let words): return words.map(Value.word)
        case .list(let element):
            let count = inputs.first?.shape.numbers?.reduce(1, *) ?? 1
            return [.list(Array(candidates(element, inputs).prefix(1))), .list([.int(1), .int(count)])]
        case .either(let types): return types.flatMap { candidates($0, inputs) }
        case .activation: return Registry.builtIn.activationWords.map(Value.word)
        case .string, .plugin: return []
        }
    }
}

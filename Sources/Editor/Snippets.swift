import Compiler
import GraphIR

extension Parameter {
    /// A value that most calls could have, to try a shape rule with.
    var customary: Value? {
        switch type {
        case .int, .size, .samples:
            let low = Int(exactly: (range?.lowerBound ?? 1).rounded(.up)) ?? 1
            return .int(max(low, min(3, Int(exactly: (range?.upperBound ?? 3).rounded(.down)) ?? 3)))
        case .float, .share: return .float(range.map { ($0.lowerBound + $0.upperBound) / 2 } ?? 0.5)
        case .bool: return .bool(false)
        case .word(let words): return words.first.map { .word($0) }
        case .either(let types): return Parameter(name, types.first ?? .int, "", in: range).customary
        default: return nil
        }
    }
}

extension Signature {
    private var required: [Parameter] { parameters.filter { $0.standard == nil } }
    /// For editors that know no stops.
    var plainCall: String { required.isEmpty ? name : name + "(" }
    var snippet: String? {
        guard !required.isEmpty else { return nil }
        let stops = required.enumerated().map { "${\($0 + 1):\($1.name)}" }
        return "\(name)(\(stops.joined(separator: ", ")))"
    }
}

extension BlockDeclaration {
    private var required: [ParameterDeclaration] { parameters.filter { $0.standard == nil && !$0.isArray } }
    var plainCall: String { required.isEmpty ? name.text : name.text + "(" }
    var snippet: String? {
        guard !required.isEmpty else { return nil }
        let stops = required.enumerated().map { "${\($0 + 1):\($1.name.text)}" }
        return "\(name.text)(\(stops.joined(separator: ", ")))"
    }
    var detail: String {
        "(" + parameters.map { "\($0.name.text): \($0.isArray ? "array" : "\($0.type)")" }.joined(separator: ", ") + ")"
    }
}

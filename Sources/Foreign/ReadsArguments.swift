import GraphIR

/// Whoever writes layers for another program asks what their arguments are worth there.
protocol ReadsArguments {}

extension ReadsArguments {
    func number(_ node: Node, _ name: String, _ standard: Double) -> Double {
        switch node.arguments[name] {
        case .float(let value): value
        case .int(let value): Double(value)
        case .quantity(let value, _): value
        default: standard
        }
    }
    func int(_ node: Node, _ name: String, _ standard: Int) -> Int {
        if case .int(let value) = node.arguments[name] { value } else { standard }
    }
    /// A size for each axis: `5`, or `[3, 5]`.
    func sizes(_ node: Node, _ name: String, axes: Int) -> [Int]? {
        switch node.arguments[name] {
        case .int(let value): return [Int](repeating: value, count: axes)
        case .list(let values):
            let numbers = values.compactMap { if case .int(let value) = $0 { value } else { nil } }
            return numbers.count == axes ? numbers : nil
        default: return nil
        }
    }
}

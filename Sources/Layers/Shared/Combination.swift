import Kernels

/// Arrays of one shape met number by number: their sum, difference or product.
public struct Combination: Arithmetic {
    public enum Kind: Sendable { case sum, difference, product }
    let kind: Kind
    let count: Int
    /// For a relevance pass, the inputs of a product that only say how much of the others passes.
    private(set) var gates: Set<Int> = []
    public init(_ kind: Kind, count: Int) {
        self.kind = kind
        self.count = count
    }

    /// What a sigmoid or a softmax made is a gate, unless all factors are.
    public func explained(after makers: [(any Arithmetic)?]) -> any Arithmetic {
        guard kind == .product else { return self }
        let squeezed = makers.indices.filter { place in
            if let maker = makers[place] as? ActivationArithmetic {
                return maker.function is Sigmoid || maker.function is HardSigmoid
            }
            return makers[place] is ChannelSoftmax
        }
        var known = self
        if squeezed.count < count { known.gates = Set(squeezed) }
        return known
    }

    /// Signals of a product share it equally; gates get nothing.
    public func relevance(_ pass: Pass) {
        backward(pass)
        guard kind == .product else { return }
        let share = Vector(1 / Float(count - gates.count))
        for place in 0..<count {
            guard let dx = pass.inputGradient(place) else { continue }
            let factor = gates.contains(place) ? Vector.zero : share
            for sample in pass.samples {
                for row in 0..<dx.rows {
                    let out = dx.row(row, of: sample)
                    for at in stride(from: 0, to: dx.length(of: sample), by: lanes) { (out + at).vector *= factor }
                }
            }
        }
    }

    public var backwardReads: BackwardReads { kind == .product ? .inputs : [] }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for row in 0..<pass.output.rows {
                let out = pass.output.row(row, of: sample), length = pass.output.length(of: sample)
                out.update(from: pass.input(0).row(row, of: sample), count: length)
                for index in 1..<max(1, count) {
                    combine(pass.input(index).row(row, of: sample), into: out, length)
                }
            }
        }
    }

    private func combine(_ from: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, _ length: Int) {
        var index = 0
        while index < length {
            let (a, b) = ((out + index).vector, (from + index).vector)
            switch kind {
            case .sum: (out + index).vector = a + b
            case .difference: (out + index).vector = a - b
            case .product: (out + index).vector = a * b
            }
            index &+= lanes
        }
    }

    public func backward(_ pass: Pass) {
        for place in 0..<count {
            guard let dx = pass.inputGradient(place) else { continue }
            for sample in pass.samples {
                for row in 0..<dx.rows {
                    let out = dx.row(row, of: sample), length = dx.length(of: sample)
                    let slopes = pass.outputGradient.row(row, of: sample)
                    out.update(from: slopes, count: length)
                    if kind == .product {
                        for other in 0..<count where other != place {
                            combine(pass.input(other).row(row, of: sample), into: out, length)
                        }
                    } else if kind == .difference, place > 0 {
                        for index in 0..<length { out[index] = -out[index] }
                    }
                }
            }
        }
    }
}

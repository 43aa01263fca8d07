import GraphIR

/// How fresh weights are drawn. Every array has its own stream, and every number its own index in it, so that adding a
/// layer to a network changes no other layer's start.
extension WeightSpec {
    /// Fills an array of this shape.
    public func fill(_ values: UnsafeMutableBufferPointer<Float>, random: CounterRandom) {
        let fans = Double(max(1, fanIn)), both = Double(max(1, fanIn + fanOut))
        switch initializer {
        case .zeros: values.update(repeating: 0)
        case .ones: values.update(repeating: 1)
        case .constant(let value): values.update(repeating: Float(value))
        case .uniform(let limit): fillUniform(values, random, limit: limit)
        case .glorotUniform: fillUniform(values, random, limit: (6 / both).squareRoot())
        case .heUniform: fillUniform(values, random, limit: (6 / fans).squareRoot())
        case .truncatedNormal(let deviation): fillNormal(values, random, deviation: deviation)
        case .glorotNormal: fillNormal(values, random, deviation: (2 / both).squareRoot() / truncation)
        case .heNormal: fillNormal(values, random, deviation: (2 / fans).squareRoot() / truncation)
        case .orthogonal: fillOrthogonal(values, random, blocks: 1)
        case .orthogonalGates(let blocks): fillOrthogonal(values, random, blocks: max(1, blocks))
        case .glorotGates(let blocks):
            // fanOut is that of all blocks together.
            let one = Double(max(1, fanIn + fanOut / max(1, blocks)))
            fillUniform(values, random, limit: (6 / one).squareRoot())
        case .forgetBias(let gate, let gates):
            values.update(repeating: 0)
            let size = values.count / max(1, gates)
            for index in gate * size..<min(values.count, (gate + 1) * size) { values[index] = 1 }
        }
    }

    /// The deviation of a standard normal number that is drawn again beyond two deviations: dividing by it gives the
    /// variance that was asked for, as Keras does.
    private var truncation: Double { 0.87962566103423978 }

    private func fillUniform(_ values: UnsafeMutableBufferPointer<Float>, _ random: CounterRandom, limit: Double) {
        for index in values.indices { values[index] = Float(random.uniform(index, in: -limit...limit)) }
    }
    private func fillNormal(_ values: UnsafeMutableBufferPointer<Float>, _ random: CounterRandom, deviation: Double) {
        for index in values.indices { values[index] = Float(deviation * random.truncatedNormal(index)) }
    }

    /// Rows (or, where there are more rows than columns, columns) made orthonormal by Gram and Schmidt from normal
    /// numbers; twice, so that rounding does not matter.
    private func fillOrthogonal(
        _ values: UnsafeMutableBufferPointer<Float>, _ random: CounterRandom, blocks: Int
    ) {
        let rows = (shape.first ?? 1) / blocks
        guard rows > 0, values.count >= rows * blocks else { return }
        let columns = values.count / (rows * blocks)
        let (count, length) = (min(rows, columns), max(rows, columns))
        for block in 0..<blocks {
            let stream = random.substream(UInt64(block))
            var basis: [[Double]] = []
            for index in 0..<count {
                var vector = (0..<length).map { stream.normal(index * length + $0) }
                for _ in 0..<2 {
                    for other in basis { vector = subtracting(other, from: vector) }
                }
                let norm = dot(vector, vector).squareRoot()
                basis.append(vector.map { $0 / norm })
            }
            for row in 0..<rows {
                for column in 0..<columns {
                    let value = rows <= columns ? basis[row][column] : basis[column][row]
                    values[(block * rows + row) * columns + column] = Float(value)
                }
            }
        }
    }
    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    private func subtracting(_ unit: [Double], from vector: [Double]) -> [Double] {
        let share = dot(unit, vector)
        return zip(vector, unit).map { $0 - share * $1 }
    }
}

import GraphIR
import Kernels

/// Gives a weight its first values: a pure function of the weight's facts and the random stream.
public func initialize(_ values: UnsafeMutableBufferPointer<Float>, as weight: WeightSpec, random: CounterRandom) {
    let fans = Double(max(1, weight.fanIn)) + Double(max(1, weight.fanOut))
    let fanIn = Double(max(1, weight.fanIn))
    switch weight.initializer {
    case .zeros: values.update(repeating: 0)
    case .ones: values.update(repeating: 1)
    case .constant(let value): values.update(repeating: Float(value))
    case .glorotUniform: fillUniform(values, bound: (6 / fans).squareRoot(), random)
    case .heUniform: fillUniform(values, bound: (6 / fanIn).squareRoot(), random)
    case .uniform(let bound): fillUniform(values, bound: bound, random)
    case .glorotNormal: fillTruncatedNormal(values, deviation: (2 / fans).squareRoot() / lostByTruncation, random)
    case .heNormal: fillTruncatedNormal(values, deviation: (2 / fanIn).squareRoot() / lostByTruncation, random)
    case .truncatedNormal(let deviation): fillTruncatedNormal(values, deviation: deviation, random)
    case .orthogonal: fillOrthogonal(values, rows: weight.shape.first ?? 1, random)
    case .orthogonalGates(let gates):
        for (gate, block) in values.blocks(gates).enumerated() {
            fillOrthogonal(block, rows: (weight.shape.first ?? 1) / gates, random.substream(UInt64(gate)))
        }
    case .glorotGates(let gates):
        let fans = fanIn + Double(max(1, weight.fanOut / max(1, gates)))
        fillUniform(values, bound: (6 / fans).squareRoot(), random)
    case .forgetBias(let gate, let gates):
        values.update(repeating: 0)
        let blocks = values.blocks(gates)
        if blocks.indices.contains(gate) { blocks[gate].update(repeating: 1) }
    }
}

/// The deviation of a standard normal number that was kept within two deviations: what is asked for is divided by it,
/// so that what comes out has the variance of the formula, as in Keras.
private let lostByTruncation = 0.87962566103423978

private func fillUniform(_ values: UnsafeMutableBufferPointer<Float>, bound: Double, _ random: CounterRandom) {
    for index in values.indices { values[index] = Float(random.uniform(index, in: -bound...bound)) }
}

private func fillTruncatedNormal(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Double, _ random: CounterRandom
) {
    for index in values.indices { values[index] = Float(deviation * random.truncatedNormal(index)) }
}

/// Normal numbers made orthonormal: the shorter of rows and columns are unit vectors at right angles.
private func fillOrthogonal(_ values: UnsafeMutableBufferPointer<Float>, rows: Int, _ random: CounterRandom) {
    guard rows > 0, values.count >= rows else { return }
    let columns = values.count / rows
    let (count, length) = (min(rows, columns), max(rows, columns))
    var vectors: [[Double]] = []
    for vector in 0..<count {
        let drawn = (0..<length).map { random.normal(vector * length + $0) }
        vectors.append(orthonormal(drawn, to: vectors))
    }
    for row in 0..<rows {
        for column in 0..<columns {
            let value = rows <= columns ? vectors[row][column] : vectors[column][row]
            values[row * columns + column] = Float(value)
        }
    }
}

/// Gram and Schmidt's method, gone through twice: once leaves rounding behind where vectors are nearly parallel.
private func orthonormal(_ vector: [Double], to others: [[Double]]) -> [Double] {
    var vector = vector
    for _ in 0..<2 {
        for other in others {
            var projection = 0.0
            for index in vector.indices { projection += vector[index] * other[index] }
            for index in vector.indices { vector[index] -= projection * other[index] }
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in vector.indices { vector[index] /= length }
    }
    return vector
}

extension UnsafeMutableBufferPointer<Float> {
    /// So many equal stretches, one after the other.
    fileprivate func blocks(_ count: Int) -> [UnsafeMutableBufferPointer<Float>] {
        guard count > 0 else { return [] }
        let size = self.count / count
        return (0..<count).map { UnsafeMutableBufferPointer(rebasing: self[$0 * size..<($0 + 1) * size]) }
    }
}

import GraphIR

/// Turning arrays from another framework's layout into Strata's, which is PyTorch's.
enum Layouts {
    /// The array with its axes in another order: `order[k]` is the old axis that comes at place k.
    static func permuted(_ values: [Float], shape: [Int], order: [Int]) -> (shape: [Int], values: [Float]) {
        let newShape = order.map { shape[$0] }
        var strides = [Int](repeating: 1, count: shape.count)
        // Beside a size of zero others may be of any magnitude: where there are no numbers, no step is taken.
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = Rational.product(strides[axis + 1], shape[axis + 1])
        }
        let steps = order.map { strides[$0] }
        var result: [Float] = []
        result.reserveCapacity(values.count)
        var place = [Int](repeating: 0, count: shape.count)
        var offset = 0
        while result.count < values.count {
            result.append(values[offset])
            var axis = place.count - 1
            while axis >= 0 {
                place[axis] += 1
                offset += steps[axis]
                if place[axis] < newShape[axis] { break }
                offset -= steps[axis] * newShape[axis]
                place[axis] = 0
                axis -= 1
            }
            if axis < 0 { break }
        }
        return (newShape, result)
    }

    /// The blocks of rows of a matrix or a vector in another order: gates.
    static func gates(_ values: [Float], order: [Int]) -> [Float] {
        let block = values.count / max(1, order.count)
        return order.flatMap { values[$0 * block..<($0 + 1) * block] }
    }
}

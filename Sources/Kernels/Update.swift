/// How weights move along their gradients: the inner loops of the optimizers, element by element, so that neither the
/// order nor the number of threads can change a bit.
public enum Update {
    public typealias Row = UnsafeMutablePointer<Float>
    public typealias Source = UnsafePointer<Float>

    /// `velocity = momentum * velocity + gradient`, then a step along it; Nesterov's steps along
    /// `gradient + momentum * velocity`, where the velocity will be.
    public static func momentum(
        _ weights: Row, _ gradient: Source, velocity: Row, count: Int, rate: Float, momentum: Float, nesterov: Bool
    ) {
        for index in 0..<count {
            let moved = momentum * velocity[index] + gradient[index]
            velocity[index] = moved
            weights[index] -= rate * (nesterov ? gradient[index] + momentum * moved : moved)
        }
    }

    public static func descent(_ weights: Row, _ gradient: Source, count: Int, rate: Float) {
        for index in 0..<count { weights[index] -= rate * gradient[index] }
    }

    /// The numbers of one Adam step, the same for all weights.
    public struct Adam {
        /// What multiplies `mean / (sqrt(square) * squareScale + epsilon)`.
        public var rate: Float
        public var meanDecay: Float
        public var squareDecay: Float
        public var squareScale: Float
        public var epsilon: Float
        /// What weights are multiplied by before they move: 1 without decay.
        public var keep: Float
        public init(
            rate: Float, meanDecay: Float, squareDecay: Float, squareScale: Float, epsilon: Float, keep: Float = 1
        ) {
            self.rate = rate
            self.meanDecay = meanDecay
            self.squareDecay = squareDecay
            self.squareScale = squareScale
            self.epsilon = epsilon
            self.keep = keep
        }
    }

    public static func adam(_ weights: Row, _ gradient: Source, mean: Row, square: Row, count: Int, _ step: Adam) {
        let whole = count & ~15
        for index in stride(from: 0, to: whole, by: lanes) {
            let moved = adam(
                (weights + index).vector, (gradient + index).vector, (mean + index).vector, (square + index).vector,
                step)
            ((weights + index).vector, (mean + index).vector, (square + index).vector) = moved
        }
        for index in whole..<max(whole, count) {
            let moved = adam(
                Vector(weights[index]), Vector(gradient[index]), Vector(mean[index]), Vector(square[index]), step)
            (weights[index], mean[index], square[index]) = (moved.weight[0], moved.mean[0], moved.square[0])
        }
    }

    @inline(__always)
    private static func adam(
        _ weight: Vector, _ slope: Vector, _ mean: Vector, _ square: Vector, _ step: Adam
    ) -> (weight: Vector, mean: Vector, square: Vector) {
        let first = step.meanDecay * mean + (1 - step.meanDecay) * slope
        let second = step.squareDecay * square + (1 - step.squareDecay) * slope * slope
        let size = second.roots * step.squareScale + step.epsilon
        return (weight * step.keep - step.rate * (first / size), first, second)
    }

    /// `square = decay * square + (1 - decay) * gradient^2`, and steps of `gradient / (sqrt(square) + epsilon)`
    /// gathered in a velocity.
    public static func rootMeanSquare(
        _ weights: Row, _ gradient: Source, square: Row, velocity: Row, count: Int, rate: Float, decay: Float,
        epsilon: Float, momentum: Float
    ) {
        let share = 1 - decay
        for index in 0..<count {
            let slope = gradient[index]
            let mean = decay * square[index] + share * slope * slope
            square[index] = mean
            let moved = momentum * velocity[index] + slope / (mean.squareRoot() + epsilon)
            velocity[index] = moved
            weights[index] -= rate * moved
        }
    }

    /// The sum of squares in double precision, always added in the same order.
    public static func squares(_ values: Source, count: Int) -> Double {
        Stretch.sum(UnsafeBufferPointer(start: values, count: count)) { $0 * $0 }
    }

    public static func scale(_ values: Row, count: Int, by factor: Float) {
        for index in 0..<count { values[index] *= factor }
    }

    /// Holds each value within `-limit ... limit`; one that is no number stays none.
    public static func clamp(_ values: Row, count: Int, to limit: Float) {
        for index in 0..<count {
            let value = values[index]
            values[index] = value > limit ? limit : (value < -limit ? -limit : value)
        }
    }

    /// Adds the slope of `l1 * |w| + l2 * w^2` to the gradient and returns the penalty itself.
    public static func penalize(
        _ gradient: Row, _ weights: Source, count: Int, l1: Float, l2: Float
    ) -> Double {
        let weights = UnsafeBufferPointer(start: weights, count: count)
        for index in weights.indices {
            let weight = weights[index]
            let sign: Float = weight > 0 ? 1 : (weight < 0 ? -1 : 0)
            gradient[index] += l1 * sign + 2 * l2 * weight
        }
        return (l1 == 0 ? 0 : Double(l1) * Stretch.sum(weights) { abs($0) })
            + (l2 == 0 ? 0 : Double(l2) * Stretch.sum(weights) { $0 * $0 })
    }
}

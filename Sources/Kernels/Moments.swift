/// The sum of squared distances from a number.
public func squaredDistances(_ x: UnsafePointer<Float>, _ centre: Float, _ count: Int) -> Float {
    var total = Vector.zero
    var index = 0
    while index &+ lanes <= count {
        let distance = (x + index).vector - Vector(centre)
        total = total.addingProduct(distance, distance)
        index &+= lanes
    }
    var sum = total.total
    while index < count {
        let distance = x[index] - centre
        sum = sum.addingProduct(distance, distance)
        index &+= 1
    }
    return sum
}

/// The sum of `a * (x - centre)`.
public func dotCentred(
    _ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ centre: Float, _ count: Int
) -> Float {
    var total = Vector.zero
    var index = 0
    while index &+ lanes <= count {
        total = total.addingProduct((a + index).vector, (x + index).vector - Vector(centre))
        index &+= lanes
    }
    var sum = total.total
    while index < count {
        sum = sum.addingProduct(a[index], x[index] - centre)
        index &+= 1
    }
    return sum
}

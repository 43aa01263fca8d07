/// Holm's correction: with it, the chance of one false alarm or more among all tests together stays at the level.
///
/// The smallest p-value is multiplied by the number of tests, the next by one less, and so on; a larger p-value never
/// becomes smaller than one before it. Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
public func holm(_ values: [Double]) -> [Double] {
    zip(values, holmFactors(values)).map { value, factor in value.isNaN ? .nan : min(1, value * factor) }
}

/// By what each p-value is multiplied: a test at the level divided by this decides as the corrected p-value does, and
/// so does an interval of that level.
public func holmFactors(_ values: [Double]) -> [Double] {
    // A test that could not be made counts as one that found nothing.
    let order = values.indices.sorted { ranked(values[$0], $0) < ranked(values[$1], $1) }
    var factors = [Double](repeating: 1, count: values.count)
    var largest = 0.0
    for (rank, index) in order.enumerated() where !values[index].isNaN {
        let step = Double(values.count - rank)
        largest = max(largest, values[index] * step)
        factors[index] = values[index] > 0 ? max(step, largest / values[index]) : step
    }
    return factors
}

/// Sorts by value, then by place, with NaN last.
private func ranked(_ value: Double, _ index: Int) -> (Double, Int) { (value.isNaN ? .infinity : value, index) }

/// The events of a test set, and how much each of them moves a metric.
///
/// Events count, not traces: the records of one earthquake at twenty stations succeed and fail together. Noise and
/// earthquakes are kept apart, so that their proportion stays what the test set was built with.
public struct TestEvents: Sendable {
    public let count: Int
    /// The event of each trace, by number.
    public let ofTrace: [Int]
    /// The numbers of the earthquakes, and those of noise.
    public let groups: [[Int]]

    /// - Parameters:
    ///   - names: the event of each trace.
    ///   - isEvent: whether each trace shows an earthquake; `nil` where the task knows no noise.
    public init(names: [String], isEvent: [Bool]?) {
        var numbers: [String: Int] = [:]
        var groups: [[Int]] = [[], []]
        ofTrace = names.enumerated().map { trace, name in
            if let number = numbers[name] { return number }
            let number = numbers.count
            numbers[name] = number
            groups[isEvent?[trace] ?? true ? 0 : 1].append(number)
            return number
        }
        count = numbers.count
        self.groups = groups
    }

    /// By how much a metric moves when an event is left out, one entry an event, scaled such that their squares add up
    /// to the variance that other events would bring, and the products of two metrics' to their covariance (Tukey's
    /// jackknife, by group). `nil` where the metric is no function of sums, or rests on one event alone.
    public func influence(on measurement: Measurement) -> [Double]? {
        guard case .sums(let terms, let finish) = measurement else { return nil }
        let parts = terms.map(sums)
        let whole = parts.map { $0.reduce(0, +) }
        var without = [Double](repeating: 0, count: count)
        for event in 0..<count {
            guard let value = finish(zip(whole, parts).map { $0 - $1[event] }), value.isFinite else { return nil }
            without[event] = value
        }
        for group in groups where !group.isEmpty {
            let size = Double(group.count)
            let mean = group.reduce(0) { $0 + without[$1] } / size
            let scale = ((size - 1) / size).squareRoot()
            for event in group { without[event] = scale * (mean - without[event]) }
        }
        return without
    }

    /// How many events a metric of sums looks at: those that add something to it.
    public func support(of measurement: Measurement) -> Int {
        guard case .sums(let terms, _) = measurement else { return count }
        var isTouched = [Bool](repeating: false, count: count)
        for list in terms {
            for (trace, term) in list.enumerated() where term != 0 { isTouched[ofTrace[trace]] = true }
        }
        return isTouched.reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    /// The sums of each event's traces.
    private func sums(_ terms: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        for (trace, term) in terms.enumerated() { sums[ofTrace[trace]] += term }
        return sums
    }
}

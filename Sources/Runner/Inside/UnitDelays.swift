/// How late a network says a class, and how much its units move when a class begins: the volcano work's words made
/// numbers. The definitions are ours.
struct UnitDelays: Sendable {
    /// By class, seconds from the labelled beginning to the first frame that is said so, and from the labelled end to
    /// the last.
    private var onsets: [Int: [Double]] = [:]
    private var ends: [Int: [Double]] = [:]
    /// By unit: the sum of |h[t] − h[t−1]| in the second after a class begins, and elsewhere, with how many there are.
    private var near: [Double] = []
    private var far: [Double] = []
    private var counts = (near: 0, far: 0)
    /// How far around a stretch is looked for what is said, in seconds.
    private static let reach = 5.0

    mutating func add(_ h: [Float], units: Int, labels: [Int], said: [Int]?, seconds: Double) {
        let time = labels.count
        guard time > 1 else { return }
        let step = seconds / Double(time)
        if near.isEmpty { (near, far) = ([Double](repeating: 0, count: units), [Double](repeating: 0, count: units)) }
        var isNear = [Bool](repeating: false, count: time)
        var first = 0
        while first < time {
            var last = first
            while last + 1 < time, labels[last + 1] == labels[first] { last += 1 }
            if first > 0 { for t in first..<min(time, first + max(1, Int(1 / step))) { isNear[t] = true } }
            if let said { note(labels[first], first, last, said, step) }
            first = last + 1
        }
        for t in 1..<time {
            if isNear[t] { counts.near += 1 } else { counts.far += 1 }
            for unit in 0..<units {
                let move = Double(abs(h[unit * time + t] - h[unit * time + t - 1]))
                if isNear[t] { near[unit] += move } else { far[unit] += move }
            }
        }
    }

    private mutating func note(_ label: Int, _ first: Int, _ last: Int, _ said: [Int], _ step: Double) {
        // What lies at a window's end has no beginning, or no end, of its own.
        let around = max(0, first - Int(Self.reach / step))...min(said.count - 1, last + Int(Self.reach / step))
        if first > 0, let found = around.first(where: { $0 <= last && said[$0] == label }) {
            onsets[label, default: []].append(Double(found - first) * step)
        }
        if last + 1 < said.count, let found = around.last(where: { $0 >= first && said[$0] == label }) {
            ends[label, default: []].append(Double(found - last) * step)
        }
    }

    /// Medians in seconds; `nil` where nothing was said.
    func medians(of label: Int) -> (onset: Double?, end: Double?) {
        func median(_ values: [Double]?) -> Double? {
            guard let sorted = values?.sorted(), !sorted.isEmpty else { return nil }
            return sorted[sorted.count / 2]
        }
        return (median(onsets[label]), median(ends[label]))
    }

    /// How many times more a unit moves in the second after a class begins than elsewhere.
    func susceptibility(of unit: Int) -> Double? {
        guard counts.near > 0, counts.far > 0, far.indices.contains(unit), far[unit] > 0 else { return nil }
        return near[unit] / Double(counts.near) / (far[unit] / Double(counts.far))
    }
}

import Seismic

/// What became of a stretch, told window by window.
struct StretchFates {
    private var told: Int
    private var rows: [(Range<Int>, Coverage.Fate, Int)] = []
    /// Of the last window that was not asked.
    private var reason = Coverage.Fate.gap

    init(from begin: Int) { told = begin }

    mutating func window(_ range: Range<Int>, _ fate: Coverage.Fate) {
        guard fate == .picked else {
            reason = fate
            return
        }
        // Windows flush with an end leave less than a step out; it lies within what the network sees.
        let begin = rows.isEmpty && range.lowerBound - told < 64 ? told : range.lowerBound
        if begin > told { rows.append((told..<begin, reason, 0)) }
        let upper = max(told, range.upperBound)
        if let last = rows.last, last.1 == .picked, last.0.upperBound == told, begin <= told {
            rows[rows.count - 1] = (last.0.lowerBound..<upper, .picked, last.2 + 1)
        } else {
            rows.append((max(begin, told)..<upper, .picked, 1))
        }
        told = upper
    }

    /// Up to where it ends.
    func rows(until end: Int) -> [(Range<Int>, Coverage.Fate, Int)] {
        var rows = rows
        if told < end {
            if end - told < 64, let last = rows.last, last.1 == .picked {
                rows[rows.count - 1].0 = last.0.lowerBound..<end
            } else {
                rows.append((told..<end, reason, 0))
            }
        }
        return rows.filter { !$0.0.isEmpty }
    }
}

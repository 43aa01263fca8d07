/// One axis of a NumPy index as SeisBench writes it into trace names: `17`, `:3`, `2:`, `-5:`, `::-1`.
enum Slice: Hashable {
    case index(Int)
    case range(start: Int?, stop: Int?, step: Int)

    /// The axes of a text such as `17,:3,:6000`; `nil` where it is none.
    static func axes(of text: some StringProtocol) -> [Slice]? {
        var axes: [Slice] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: ":", omittingEmptySubsequences: false).map { word in
                String(word).filter { $0 != " " }
            }
            let numbers = words.map { Int($0) }
            guard words.count <= 3, zip(words, numbers).allSatisfy({ $0.isEmpty || $1 != nil }),
                numbers.allSatisfy({ $0.map { $0.magnitude < 1 << 48 } ?? true })
            else { return nil }
            if words.count == 1 {
                guard let index = numbers[0] else { return nil }
                axes.append(.index(index))
            } else {
                let step = words.count == 3 ? numbers[2] ?? 1 : 1
                guard step != 0 else { return nil }
                axes.append(.range(start: numbers[0], stop: numbers[1], step: step))
            }
        }
        return axes
    }

    /// Which places along an axis it takes: the first, the step, and how many. `nil` for an index outside.
    func places(length: Int) -> (first: Int, step: Int, count: Int)? {
        switch self {
        case .index(let index):
            let place = index < 0 ? index + length : index
            return (0..<length).contains(place) ? (place, 1, 1) : nil
        case .range(let start, let stop, let step):
            func bounded(_ place: Int, _ low: Int, _ high: Int) -> Int {
                max(low, min(high, place < 0 ? place + length : place))
            }
            if step > 0 {
                let first = bounded(start ?? 0, 0, length)
                let end = bounded(stop ?? length, 0, length)
                return (first, step, end > first ? (end - first + step - 1) / step : 0)
            }
            let first = start.map { bounded($0, -1, length - 1) } ?? length - 1
            let end = stop.map { bounded($0, -1, length - 1) } ?? -1
            return (first, step, first > end ? (first - end - step - 1) / -step : 0)
        }
    }
}

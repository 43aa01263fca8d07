/// One axis of a NumPy index as SeisBench writes it into trace names: `17`, `:3`, `2:`, `-5:`, `::-1`.
public enum AxisSlice: Hashable {
    case index(Int)
    case range(start: Int?, stop: Int?, step: Int)

    /// The axes of a text such as `17,:3,:6000`; `nil` where it is none. Every trace that is read passes here, so it
    /// goes by bytes.
    public static func axes(of text: some StringProtocol) -> [AxisSlice]? {
        var axes: [AxisSlice] = []
        var part = Part()
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "): continue
            case UInt8(ascii: "-") where part.isFresh: part.isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let number = (part.number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                guard number < 1 << 48 else { return nil }
                part.number = number
            case UInt8(ascii: ":"):
                guard part.close(), part.words.count < 3 else { return nil }
            case UInt8(ascii: ","):
                guard let axis = part.axis() else { return nil }
                axes.append(axis)
                part = Part()
            default: return nil
            }
        }
        guard let last = part.axis() else { return nil }
        return axes + [last]
    }

    /// The name that nearly every trace has, `bucket0$17,:3,:6000`, taken apart; `nil` for any other.
    public static func plane(_ name: String) -> (array: String, row: Int, channels: Int, samples: Int)? {
        var name = name
        return name.withUTF8 { bytes in
            guard let mark = bytes.firstIndex(of: UInt8(ascii: "$")) else { return nil }
            var place = mark + 1
            /// Up to seven digits, and what must stand behind them.
            func number(_ behind: [UInt8]) -> Int? {
                let first = place
                var number = 0
                while place < bytes.count, place < first + 7, bytes[place] &- UInt8(ascii: "0") < 10 {
                    number = 10 * number + Int(bytes[place] - UInt8(ascii: "0"))
                    place += 1
                }
                guard place > first, bytes[place...].starts(with: behind) else { return nil }
                place += behind.count
                return number
            }
            let comma: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ":")]
            guard let row = number(comma), let channels = number(comma), let samples = number([]),
                place == bytes.count
            else { return nil }
            return (String(decoding: bytes[..<mark], as: UTF8.self), row, channels, samples)
        }
    }

    /// One axis while it is being read: up to three numbers between colons.
    private struct Part {
        var words: [Int?] = []
        var number: Int?
        var isNegative = false
        var isFresh: Bool { number == nil && !isNegative }

        /// Ends a number; false for a sign without one.
        mutating func close() -> Bool {
            if isNegative, number == nil { return false }
            words.append(number.map { isNegative ? -$0 : $0 })
            (number, isNegative) = (nil, false)
            return true
        }

        mutating func axis() -> AxisSlice? {
            guard close() else { return nil }
            if words.count == 1 { return words[0].map { .index($0) } }
            let step = words.count == 3 ? words[2] ?? 1 : 1
            return step == 0 || words.count > 3 ? nil : .range(start: words[0], stop: words[1], step: step)
        }
    }

    /// Which places along an axis it takes: the first, the step, and how many. `nil` for an index outside.
    public func places(length: Int) -> (first: Int, step: Int, count: Int)? {
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

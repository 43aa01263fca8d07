/// A moment in UTC, to the nanosecond: what seismograms begin at and picks stand at. Leap seconds are not counted, as
/// in POSIX time.
public struct Instant: Hashable, Sendable, Comparable {
    /// Since 1970-01-01T00:00:00Z; negative before. Reaches from 1678 to 2261.
    public var nanoseconds: Int

    public init(nanoseconds: Int) { self.nanoseconds = nanoseconds }

    /// Seconds since 1970; out of reach, the nearest moment within reach.
    public init(seconds: Double) {
        nanoseconds = Int(exactly: (seconds * 1e9).rounded()) ?? (seconds > 0 ? Int.max : Int.min)
    }
    public var seconds: Double { Double(nanoseconds) / 1e9 }

    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Later by so many seconds, rounded to the nanosecond.
    public func advanced(bySeconds seconds: Double) -> Instant {
        let step = Int(exactly: (seconds * 1e9).rounded()) ?? (seconds > 0 ? Int.max : Int.min)
        let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
        return Instant(nanoseconds: overflow ? (step > 0 ? Int.max : Int.min) : sum)
    }

    /// Seconds from another moment to this one.
    public func seconds(since other: Instant) -> Double {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return overflow ? seconds - other.seconds : Double(difference) / 1e9
    }
}

// MARK: - Calendar

extension Instant {
    package static let nanosecondsPerDay = 86_400_000_000_000

    /// Days from 1970-01-01 to a day of the proleptic Gregorian calendar (Hinnant, "chrono-compatible algorithms").
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// `nil` where a part is out of range or the moment out of reach. A day of the year may stand for month and day.
    public init?(
        year: Int, month: Int = 1, day: Int = 1, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0
    ) {
        guard (1678...2261).contains(year), (1...12).contains(month), (1...366).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
            (0..<1_000_000_000).contains(nanosecond)
        else { return nil }
        let days = Instant.days(year: year, month: month, day: 1) + day - 1
        let inDay = (hour * 3600 + minute * 60 + second) * 1_000_000_000 + nanosecond
        let (product, overflow) = days.multipliedReportingOverflow(by: Instant.nanosecondsPerDay)
        let (sum, overflow2) = product.addingReportingOverflow(inDay)
        guard !overflow, !overflow2 else { return nil }
        nanoseconds = sum
    }

    /// Year, month, day, and what is left of the day.
    public var calendar: (year: Int, month: Int, day: Int, dayOfYear: Int, nanosecondOfDay: Int) {
        var days = nanoseconds / Instant.nanosecondsPerDay
        var rest = nanoseconds % Instant.nanosecondsPerDay
        if rest < 0 {
            rest += Instant.nanosecondsPerDay
            days -= 1
        }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayFromMarch + 2) / 153
        let day = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day, days - Instant.days(year: year, month: 1, day: 1) + 1, rest)
    }
}

// MARK: - Text

extension Instant: CustomStringConvertible {
    /// `2006-07-23T15:58:50.130000Z`; nine decimals where six would lose something.
    public var description: String {
        let (year, month, day, _, rest) = calendar
        let fraction = rest % 1_000_000_000
        let second = rest / 1_000_000_000
        let decimals =
            fraction % 1000 == 0 ? padded(fraction / 1000, to: 6) : padded(fraction, to: 9)
        return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
            + "T\(padded(second / 3600, to: 2)):\(padded(second / 60 % 60, to: 2)):\(padded(second % 60, to: 2))"
            + ".\(decimals)Z"
    }

    private func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Reads `2006-07-23T15:58:50.13Z`, `2006-07-23 15:58:50.130000`, `2006/07/23 15:58:50` and dates alone.
    public init?(_ text: some StringProtocol) {
        var fields: [Int] = []
        var fraction = 0
        var fractionDigits = 0
        var number: Int?
        var isFraction = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = Int(byte - UInt8(ascii: "0"))
                if isFraction {
                    if fractionDigits < 9 { (fraction, fractionDigits) = (fraction * 10 + digit, fractionDigits + 1) }
                } else {
                    guard number ?? 0 < 10_000 else { return nil }
                    number = (number ?? 0) * 10 + digit
                }
            case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "T"), UInt8(ascii: " "),
                UInt8(ascii: "."):
                guard let value = number, fields.count < 6, !isFraction else { return nil }
                fields.append(value)
                number = nil
                isFraction = byte == UInt8(ascii: ".")
                if isFraction, fields.count != 6 { return nil }
            case UInt8(ascii: "Z") where !fields.isEmpty: break
            default: return nil
            }
        }
        if let number { fields.append(number) }
        guard fields.count == 3 || fields.count == 5 || fields.count == 6 else { return nil }
        while fractionDigits < 9 { (fraction, fractionDigits) = (fraction * 10, fractionDigits + 1) }
        fields += [0, 0, 0]
        guard (1...31).contains(fields[2]) else { return nil }
        self.init(
            year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5],
            nanosecond: fraction)
    }
}

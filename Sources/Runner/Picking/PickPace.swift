import Seismic

/// How fast a night goes on, for the line that is shown meanwhile.
struct PickPace {
    private let total: Double
    private let begun: Double
    private var done = 0.0
    /// Seconds of recording that were taken over from an interrupted night, which took no time.
    private var kept = 0.0

    /// - Parameter all: every instrument that will be picked from.
    init(_ all: [StreamIndex.Channels], begun: Double) {
        total = all.reduce(0) { $0 + Self.seconds($1) }
        self.begun = begun
    }

    private static func seconds(_ channels: StreamIndex.Channels) -> Double {
        channels.stretches.reduce(0) { $0 + Double($1.count) } / channels.rate
    }

    mutating func finish(_ channels: StreamIndex.Channels, isKept: Bool) {
        done += Self.seconds(channels)
        if isKept { kept += Self.seconds(channels) }
    }

    /// Station, day, picks, hours of data a second, time left.
    func line(
        _ group: StreamGroup, _ until: Instant, picks: Int, of channels: StreamIndex.Channels,
        now: Double = secondsNow()
    ) -> String {
        let grid = Grid(rate: channels.rate)
        let place = grid.place(until).sample
        let inside = channels.stretches.reduce(0) { $0 + max(0, min($1.upperBound, place) - $1.lowerBound) }
        let looked = done + Double(inside) / channels.rate
        let pace = (looked - kept) / max(now - begun, 1e-3)
        let left = pace > 0 ? (total - looked) / pace : 0
        return "\(group)  \(until.description.prefix(16))  \(picks) picks  "
            + "\(PickText.decimal(pace / 3600, 1)) h of data a second  \(Self.text(left)) left"
    }

    private static func text(_ seconds: Double) -> String {
        let whole = Int(min(max(0, seconds), 1e9).rounded())
        if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
        return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
    }
}

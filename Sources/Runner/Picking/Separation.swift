import Seismic

/// Of picks of one phase that stand closer together than some seconds only the likelier is let through.
struct Separation {
    private let seconds: Double?
    private var held: [String: StreamPick] = [:]
    init(_ seconds: Double?) { self.seconds = seconds }

    mutating func take(_ pick: StreamPick) -> [StreamPick] {
        guard let seconds else { return [pick] }
        guard let before = held[pick.phase] else {
            held[pick.phase] = pick
            return []
        }
        if abs(pick.time.seconds(since: before.time)) < seconds {
            if pick.probability > before.probability { held[pick.phase] = pick }
            return []
        }
        held[pick.phase] = pick
        return [before]
    }

    /// What no pick to come can stand close to, as none is earlier than a moment.
    mutating func release(before moment: Instant) -> [StreamPick] {
        guard let seconds else { return [] }
        let ready = held.values.filter { moment.seconds(since: $0.time) >= seconds }
        for pick in ready { held[pick.phase] = nil }
        return ready.sorted(by: StreamPick.isBefore)
    }

    mutating func finish() -> [StreamPick] {
        defer { held = [:] }
        return held.values.sorted(by: StreamPick.isBefore)
    }
}

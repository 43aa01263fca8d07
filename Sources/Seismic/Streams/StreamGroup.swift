/// What is picked together: the components of one instrument at one place, `NET.STA.LOC.BI` with the two letters of
/// band and instrument.
public struct StreamGroup: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var network, station, location, band: String

    public init(network: String, station: String, location: String, band: String) {
        self.network = network
        self.station = station
        self.location = location
        self.band = band
    }

    /// A channel's group and its component, the last letter of its name; `nil` where the name has not four parts.
    public static func of(channel id: String) -> (group: StreamGroup, component: Character)? {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let letter = parts[3].last else { return nil }
        let band = String(parts[3].dropLast())
        return (StreamGroup(network: parts[0], station: parts[1], location: parts[2], band: band), letter)
    }

    public var description: String { "\(network).\(station).\(location).\(band)" }
    /// `NET.STA.LOC`: where it stands, whatever the instrument.
    public var place: String { "\(network).\(station).\(location)" }

    public static func < (a: StreamGroup, b: StreamGroup) -> Bool { a.parts.lexicographicallyPrecedes(b.parts) }
    private var parts: [String] { [network, station, location, band] }
}

/// A shell's pattern for names: `*` stands for any letters, `?` for one, `[ABC]` for one of them.
public struct NamePattern: Hashable, Sendable {
    private let pattern: [Character]
    public var text: String { String(pattern) }
    public init(_ text: String) { pattern = Array(text) }

    /// Whether a text has anything that stands for something else.
    public static func isOne(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    public func matches(_ text: some StringProtocol) -> Bool { matches(Array(text)) }

    /// Goes along both; where they part, the last star takes one letter more, so that no pattern takes long.
    private func matches(_ text: [Character]) -> Bool {
        var (place, index) = (0, 0)
        var star: (place: Int, index: Int)?
        while index < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, index)
                place += 1
            } else if place < pattern.count, let next = step(place, text[index]) {
                (place, index) = (next, index + 1)
            } else if let last = star {
                star = (last.place, last.index + 1)
                (place, index) = (last.place + 1, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }

    /// The place behind what stands for one letter, if it stands for this one.
    private func step(_ place: Int, _ letter: Character) -> Int? {
        switch pattern[place] {
        case "?": return place + 1
        case "[":
            guard let end = pattern[place...].firstIndex(of: "]"), end > place + 1 else {
                return letter == "[" ? place + 1 : nil
            }
            let isNot = pattern[place + 1] == "!"
            let letters = pattern[(place + (isNot ? 2 : 1))..<end]
            return letters.contains(letter) != isNot ? end + 1 : nil
        default: return pattern[place] == letter ? place + 1 : nil
        }
    }
}

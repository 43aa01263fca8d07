import Files
import Foundation

/// Where every channel of many files was recorded, without the samples: pieces of some hours, each in one file and
/// without a gap, on the sample grid that is tied to the clock (sample 0 is at 1970-01-01T00:00:00Z).
///
/// A day of one channel is ten pieces, so that a month costs little to keep; samples are decoded when they are asked
/// for.
public struct StreamIndex: Sendable {
    /// A stretch of one channel in one file.
    struct Piece: Sendable {
        var file: Int
        /// The bytes of its first record, and behind its last.
        var bytes: Range<Int>
        /// On the clock's grid.
        var first: Int
        var count: Int
        var end: Int { first + count }
        /// How much later than the grid samples were taken, in nanoseconds: from which sample on, and how much.
        var lateness: [(first: Int, nanoseconds: Int)]
    }

    /// What one instrument recorded: pieces by component, in order of time.
    public struct Channels: Sendable {
        public let group: StreamGroup
        /// Samples a second, as the headers say.
        public let rate: Double
        var components: [Character: [Piece]]
        /// What damaged records held, between two that were read, by component.
        public internal(set) var damaged: [Character: [Range<Int>]] = [:]
        /// The last letters of its channels' names.
        public var letters: Set<Character> { Set(components.keys) }
        /// When any channel recorded, on the clock's grid.
        public var stretches: [Range<Int>] {
            StreamReader.joined(components.values.flatMap { $0.map { $0.first..<$0.end } }, bridge: 0)
        }
    }

    /// A record that was left out.
    public struct Damage: Sendable, Hashable {
        public var file: String
        public var byte: Int?
        public var reason: String

        public init(file: String, byte: Int?, reason: String) {
            self.file = file
            self.byte = byte
            self.reason = reason
        }
    }

    public private(set) var channels: [Channels] = []
    public private(set) var damage: [Damage] = []
    let files: [String]
    /// Whether instruments at one place are one, as SeisBench has it.
    let joinsBands: Bool
    /// No piece is longer, so that decoding one takes a moment and some megabytes.
    static let longestPiece = 1 << 20

    /// The file in which an instrument is heard first.
    public func firstFile(of channels: Channels) -> String {
        let first = channels.components.values.joined().min { ($0.first, $0.file) < ($1.first, $1.file) }
        return first.flatMap { files.indices.contains($0.file) ? files[$0.file] : nil } ?? "no file"
    }

    /// Looks at every record. Records outside the span or of other stations are passed over; damaged ones are left out
    /// and listed.
    public init(
        _ paths: [String], span: Range<Instant>? = nil, stations: [NamePattern] = [], joinsBands: Bool = false
    ) {
        files = paths
        self.joinsBands = joinsBands
        var builder = Builder(span: span, stations: stations, joinsBands: joinsBands)
        for (number, path) in paths.enumerated() { builder.read(path, number: number) }
        channels = builder.channels()
        damage = builder.damage
    }
}

extension StreamIndex {
    /// Rates that differ by less than one in ten thousand are one: loggers write measured ones.
    private struct Key: Hashable {
        var group: StreamGroup
        var component: Character
        var rate: Double
    }

    private struct Builder {
        var span: Range<Instant>?
        var stations: [NamePattern]
        var damage: [Damage] = []
        private let joinsBands: Bool
        private var pieces: [Key: [Piece]] = [:]
        private var lost: [Key: [Range<Int>]] = [:]
        /// Where the last damaged record of the file began.
        private var hurtAt: Int?
        private var rates: [StreamGroup: [Double]] = [:]

        init(span: Range<Instant>?, stations: [NamePattern], joinsBands: Bool) {
            self.span = span
            self.stations = stations
            self.joinsBands = joinsBands
        }

        mutating func read(_ path: String, number: Int) {
            let file: FileBytes
            do { file = try FileBytes(mapping: path) } catch {
                damage.append(Damage(file: path, byte: nil, reason: error.description))
                return
            }
            var offset = 0
            hurtAt = nil
            if !MiniSEED.isRecord(file, at: 0), SAC.bigEndian(file) != nil {
                do { add(try SAC.read(file), file: number, bytes: 0..<file.count) } catch { note(error, path) }
                return
            }
            while offset < file.count {
                do {
                    let (segment, length) = try MiniSEED.record(file, at: offset)
                    if let segment { add(segment, file: number, bytes: offset..<offset + length) }
                    offset += length
                } catch {
                    note(error, path)
                    hurtAt = offset
                    offset = MiniSEED.nextRecord(file, after: offset)
                }
            }
        }

        private mutating func note(_ error: DataError, _ path: String) {
            damage.append(Damage(file: path, byte: error.byte, reason: error.description))
        }

        private mutating func add(_ segment: Segment, file: Int, bytes: Range<Int>) {
            guard case (var group, let component)? = StreamGroup.of(channel: segment.id), segment.samples.count > 0,
                RecordingIndex.rates.contains(segment.rate)
            else { return }
            if let span, segment.start >= span.upperBound || segment.end <= span.lowerBound { return }
            guard StreamFiles.isWanted(group.description, among: stations) else { return }
            if joinsBands { group.band = "" }
            let rate = StreamIndex.nominal(segment.rate, among: &rates[group, default: []])
            let (first, late) = Grid(rate: rate).place(segment.start)
            let key = Key(group: group, component: component, rate: rate)
            let count = segment.samples.count
            let before = pieces[key]?.last
            if let before, before.file == file, before.end < first, let hurtAt, before.bytes.upperBound <= hurtAt {
                lost[key, default: []].append(before.end..<first)
            }
            if let last = pieces[key]?.indices.last, let known = before, known.file == file,
                known.end == first, known.bytes.upperBound <= bytes.lowerBound,
                known.count + count <= StreamIndex.longestPiece
            {
                pieces[key]?[last].extend(by: count, first: first, late: late, to: bytes.upperBound)
            } else {
                pieces[key, default: []].append(
                    Piece(file: file, bytes: bytes, first: first, count: count, lateness: [(first, late)]))
            }
        }

        func channels() -> [Channels] {
            var all: [StreamGroup: [Double: [Character: [Piece]]]] = [:]
            for (key, list) in pieces {
                all[key.group, default: [:]][key.rate, default: [:]][key.component] = list.sorted {
                    ($0.first, $0.end, $0.file, $0.bytes.lowerBound) < ($1.first, $1.end, $1.file, $1.bytes.lowerBound)
                }
            }
            return all.sorted { $0.key < $1.key }.flatMap { group, rates in
                rates.sorted { $0.key < $1.key }.map { rate, components in
                    var channels = Channels(group: group, rate: rate, components: components)
                    for component in components.keys {
                        let key = Key(group: group, component: component, rate: rate)
                        // Another file may hold what this one lost.
                        let heard = StreamReader.joined(
                            (components[component] ?? []).map { $0.first..<$0.end }, bridge: 0)
                        let gone = (lost[key] ?? []).flatMap { StreamReader.parts(of: $0, without: heard) }
                        if !gone.isEmpty { channels.damaged[component] = gone }
                    }
                    return channels
                }
            }
        }
    }
}

extension StreamIndex {
    /// The rate that an instrument had first, of those that are the same but for a logger's measuring.
    public static func nominal(_ rate: Double, among known: inout [Double]) -> Double {
        let whole = rate.rounded()
        let rate = whole > 0 && abs(rate / whole - 1) < 1e-4 ? whole : rate
        if let same = known.first(where: { abs($0 / rate - 1) < 1e-4 }) { return same }
        known.append(rate)
        return rate
    }
}

extension StreamIndex.Piece {
    fileprivate mutating func extend(by count: Int, first: Int, late: Int, to end: Int) {
        // Each record says it anew: what a piece begins with would be said of another moment in another cut of files.
        if let last = lateness.last, last.nanoseconds != late { lateness.append((first, late)) }
        self.count += count
        bytes = bytes.lowerBound..<end
    }

    /// How much later than the grid a sample was taken.
    func late(at sample: Int) -> Int { (lateness.last { $0.first <= sample } ?? lateness.first)?.nanoseconds ?? 0 }
}

/// The sample grid of a rate, counted from 1970 on: where a file begins moves no sample.
public struct Grid: Hashable, Sendable {
    public let rate: Double
    public init(rate: Double) { self.rate = rate }

    /// The sample nearest to a moment, and how much later than it the moment is, in nanoseconds.
    public func place(_ time: Instant) -> (sample: Int, late: Int) {
        // Seconds and what is left of them apart: a double holds no nanosecond of this century.
        let second = floorDivide(time.nanoseconds, 1_000_000_000)
        let rest = time.nanoseconds - second * 1_000_000_000
        let whole = Int(exactly: rate)
        let base = whole.map { second * $0 } ?? Int((Double(second) * rate).rounded(.down))
        let left = whole == nil ? Double(second) * rate - Double(base) : 0
        let sample = base + Int((Double(rest) * rate / 1e9 + left).rounded())
        return (sample, time.nanoseconds - self.time(sample).nanoseconds)
    }

    /// When a sample is due.
    public func time(_ sample: Int) -> Instant { time(Double(sample)) }

    /// Also between samples.
    public func time(_ sample: Double) -> Instant {
        guard let whole = Int(exactly: rate), whole > 0 else { return Instant(seconds: sample / rate) }
        let index = Int(sample.rounded(.down))
        let second = floorDivide(index, whole)
        let rest = Double(index - second * whole) + (sample - sample.rounded(.down))
        return Instant(nanoseconds: second * 1_000_000_000 + Int((rest * 1e9 / rate).rounded()))
    }
}

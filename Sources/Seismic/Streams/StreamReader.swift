import Files
import Foundation

/// One instrument's recording as stretches of samples on the clock's grid: decoded piece by piece while a reader goes
/// forward through it, so that a month takes the memory of some hours.
public final class StreamReader: Recording {
    public let group: StreamGroup
    /// The grid that samples are handed out on.
    public let grid: Grid
    /// The grid on which they were recorded, and the way from it where it is another.
    private let native: Grid
    private let resampling: ClockResampler?
    /// The letters of the channels that are read, in the network's order; `nil` where the instrument has none for it.
    public let letters: [Character?]
    private let pieces: [[StreamIndex.Piece]]
    private let files: [String]
    private let joinsBands: Bool
    private var decoded: [[Int: [Float]]]
    private var opened: (number: Int, file: FileBytes)?
    /// Where records of one channel differ although they are of the same time: nobody knows which is right.
    public private(set) var conflicts: [Range<Int>] = []
    /// What damaged records held, by component.
    public let damaged: [Character: [Range<Int>]]
    /// Records that were whole when the index was made and are not any more.
    public private(set) var damage: [StreamIndex.Damage] = []

    /// `wanted` are the network's components, as `ZNE`; a horizontal `1` stands for N and `2` for E where the
    /// instrument is not turned to them.
    ///
    /// - Parameter rate: what samples are resampled to, where there is a way from the recording's.
    public init(_ channels: StreamIndex.Channels, wanted: String, in index: StreamIndex, rate: Double? = nil) {
        group = channels.group
        native = Grid(rate: channels.rate)
        resampling = rate.flatMap { ClockResampler(from: channels.rate, to: $0) }
        grid = resampling == nil ? native : Grid(rate: rate ?? channels.rate)
        files = index.files
        joinsBands = index.joinsBands
        let way = resampling
        let used = Set(Self.letters(of: Set(channels.components.keys), wanted: wanted).compactMap { $0 })
        damaged = channels.damaged.filter { used.contains($0.key) }.mapValues { $0.map { way?.outputs(of: $0) ?? $0 } }
        letters = Self.letters(of: Set(channels.components.keys), wanted: wanted)
        pieces = letters.map { letter in letter.flatMap { channels.components[$0] } ?? [] }
        decoded = letters.map { _ in [:] }
    }

    /// Whether there is a way from one rate to another.
    public static func canResample(from: Double, to: Double) -> Bool { ClockResampler(from: from, to: to) != nil }

    /// Which of an instrument's channels stand for a network's components.
    public static func letters(of present: Set<Character>, wanted: String) -> [Character?] {
        wanted.map { letter in
            if present.contains(letter) { return letter }
            let turned: [Character: Character] = ["N": "1", "E": "2"]
            return turned[letter].flatMap { present.contains($0) ? $0 : nil }
        }
    }

    // MARK: When it recorded

    /// Stretches in which any of the channels recorded, or all did where `all`; silences up to `bridge` samples do not
    /// end one.
    public func stretches(all: Bool, bridge: Int) -> [Range<Int>] {
        let heard = pieces.map { list in
            let ranges = list.map { piece in
                resampling?.outputs(of: piece.first..<piece.end) ?? piece.first..<piece.end
            }
            return Self.joined(ranges.filter { !$0.isEmpty }, bridge: bridge)
        }
        return Self.stretches(heard, of: letters, all: all, bridge: bridge)
    }

    /// When the channels together recorded, of the stretches of each.
    static func stretches(
        _ heard: [[Range<Int>]], of letters: [Character?], all: Bool, bridge: Int
    ) -> [Range<Int>] {
        let recorded = heard.indices.filter { letters[$0] != nil }
        guard let first = recorded.first else { return [] }
        guard all else { return joined(recorded.flatMap { heard[$0] }, bridge: bridge) }
        guard recorded.count == letters.count else { return [] }
        return recorded.dropFirst().reduce(heard[first]) { common($0, heard[$1]) }
    }

    /// Ranges put together where less than `bridge` lies between them.
    static func joined(_ ranges: [Range<Int>], bridge: Int) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = joined.last, range.lowerBound <= last.upperBound + bridge {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    private static func common(_ a: [Range<Int>], _ b: [Range<Int>]) -> [Range<Int>] {
        var common: [Range<Int>] = []
        var (i, j) = (0, 0)
        while i < a.count, j < b.count {
            let range =
                max(
                    a[i].lowerBound, b[j].lowerBound)..<max(
                    max(a[i].lowerBound, b[j].lowerBound), min(a[i].upperBound, b[j].upperBound))
            if !range.isEmpty { common.append(range) }
            if a[i].upperBound < b[j].upperBound { i += 1 } else { j += 1 }
        }
        return common
    }

    /// How much later than the grid the channels were sampled at a sample, in nanoseconds: their mean.
    public func late(at sample: Int) -> Int {
        let sample = resampling?.source(of: sample) ?? sample
        let found = pieces.compactMap { list in
            list[Self.reaching(list, sample..<sample + 1)].last { $0.first <= sample && sample < $0.end }?
                .late(at: sample)
        }
        return found.isEmpty ? 0 : Int((Double(found.reduce(0, +)) / Double(found.count)).rounded())
    }

    // MARK: What it recorded

    /// The samples of a stretch, channel by channel, no numbers where nothing was recorded. Stretches are asked for in
    /// order of their begin; what lies `keep` samples before one is forgotten.
    public func samples(_ stretch: Range<Int>, keep: Int) -> [[Float]] {
        guard let resampling else { return recorded(stretch, keep: keep) }
        let needed = resampling.inputs(of: stretch)
        let source = recorded(needed, keep: resampling.inputs(of: 0..<max(1, keep)).count)
        return source.map { resampling.run($0, from: needed.lowerBound, to: stretch) }
    }

    private func recorded(_ stretch: Range<Int>, keep: Int) -> [[Float]] {
        pieces.indices.map { channel in
            decoded[channel] = decoded[channel].filter {
                pieces[channel][$0.key].end > stretch.lowerBound - keep
            }
            var merge = SampleMerge(stretch)
            for place in Self.reaching(pieces[channel], stretch) {
                let piece = pieces[channel][place]
                guard piece.first < stretch.upperBound, piece.end > stretch.lowerBound else { continue }
                merge.add(values(channel, place), from: piece.first)
            }
            let (samples, found) = merge.finish()
            if !found.isEmpty { conflicts = Self.joined(conflicts + found, bridge: 0) }
            return samples
        }
    }

    private func isOurs(_ group: StreamGroup) -> Bool {
        guard joinsBands else { return group == self.group }
        return group.place == self.group.place
    }

    /// What is left of a range without others.
    public static func parts(of range: Range<Int>, without others: [Range<Int>]) -> [Range<Int>] {
        var parts = [range]
        for other in others {
            parts = parts.flatMap { part -> [Range<Int>] in
                guard part.overlaps(other) else { return [part] }
                let head = part.lowerBound..<max(part.lowerBound, other.lowerBound)
                let tail = min(part.upperBound, other.upperBound)..<part.upperBound
                return [head, tail].filter { !$0.isEmpty }
            }
        }
        return parts
    }

    /// The pieces that may reach into a stretch. They are sorted by their begin and no longer than the longest.
    private static func reaching(_ pieces: [StreamIndex.Piece], _ stretch: Range<Int>) -> Range<Int> {
        func place(_ sample: Int) -> Int {
            var (low, high) = (0, pieces.count)
            while low < high {
                let middle = (low + high) / 2
                if pieces[middle].first < sample { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let low = place(stretch.lowerBound - StreamIndex.longestPiece)
        return low..<max(low, place(stretch.upperBound))
    }

    /// A piece's samples, decoded when they are first asked for.
    private func values(_ channel: Int, _ place: Int) -> [Float] {
        if let known = decoded[channel][place] { return known }
        let piece = pieces[channel][place]
        var values = [Float](repeating: .nan, count: piece.count)
        do {
            let file = try file(piece.file)
            try decode(piece, of: file, channel: letters[channel]) { first, samples in
                let from = max(0, piece.first - first), to = min(samples.count, piece.end - first)
                guard from < to else { return }
                let place = first + from - piece.first
                values.replaceSubrange(place..<place + to - from, with: samples[from..<to])
                for index in place..<place + to - from where !values[index].isFinite { values[index] = .nan }
            }
        } catch {
            damage.append(
                StreamIndex.Damage(file: files[piece.file], byte: error.byte, reason: error.description))
        }
        decoded[channel][place] = values
        return values
    }

    private func file(_ number: Int) throws(DataError) -> FileBytes {
        if let opened, opened.number == number { return opened.file }
        let file = try FileBytes(mapping: files[number])
        opened = (number, file)
        return file
    }

    private func decode(
        _ piece: StreamIndex.Piece, of file: FileBytes, channel: Character?, _ body: (Int, [Float]) -> Void
    ) throws(DataError) {
        let grid = native
        // The file's own first record may be the damaged one.
        guard MiniSEED.isRecord(file, at: piece.bytes.lowerBound) else {
            return body(piece.first, try SAC.read(file).samples.floats)
        }
        var offset = piece.bytes.lowerBound
        while offset < min(piece.bytes.upperBound, file.count) {
            guard let record = try? MiniSEED.record(file, at: offset) else {
                // Only what the index passed over can stand between two records of a piece.
                offset = MiniSEED.nextRecord(file, after: offset)
                continue
            }
            if let segment = record.0, let (group, letter) = StreamGroup.of(channel: segment.id),
                isOurs(group), letter == channel
            {
                body(grid.place(segment.start).sample, segment.samples.floats)
            }
            offset += record.length
        }
    }
}

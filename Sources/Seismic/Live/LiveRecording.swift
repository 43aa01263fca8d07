/// One instrument's recording while it arrives: records come in any order, some twice, some never. What lies before the
/// horizon is settled, and is what files of the same records would hold; what comes for it later comes too late.
public final class LiveRecording: Recording {
    public let group: StreamGroup
    public let grid: Grid
    public private(set) var letters: [Character?]
    private let wanted: String
    /// So many samples a channel may lag behind the newest before it is gone on without it.
    private let patience: Int

    private struct Piece {
        var first: Int
        var samples: [Float]
        var late: Int
        var end: Int { first + samples.count }
    }
    /// By component, in order of begin and end.
    private var pieces: [Character: [Piece]] = [:]
    /// The first sample that is not settled; none before it is known which channels there are.
    public private(set) var horizon: Int?
    /// Behind the newest sample of any channel.
    public private(set) var newest: Int?
    public private(set) var hasEnded = false
    public private(set) var conflicts: [Range<Int>] = []
    /// Samples that came for a time that was settled.
    public private(set) var tooLate = 0
    /// Records that had come before.
    public private(set) var doubled = 0

    /// - Parameters:
    ///   - rate: of the instrument, samples a second.
    ///   - wanted: the network's components, as `ZNE`.
    ///   - patience: in seconds of recording.
    public init(_ group: StreamGroup, rate: Double, wanted: String, patience: Double) {
        self.group = group
        self.wanted = wanted
        grid = Grid(rate: rate)
        letters = wanted.map { _ in nil }
        self.patience = max(0, Int((patience * rate).rounded()))
    }

    /// The channels that were heard so far, by the last letters of their names.
    public var components: Set<Character> { Set(pieces.keys) }

    /// The next record, whenever it belongs to.
    public func take(_ segment: Segment, component: Character) {
        let (start, late) = grid.place(segment.start)
        var first = start
        var samples = segment.samples.floats.map { $0.isFinite ? $0 : .nan }
        guard !samples.isEmpty else { return }
        if let horizon, first < horizon {
            let gone = min(samples.count, horizon - first)
            if isKnown(samples, from: first, component) {
                doubled += 1
                return
            }
            tooLate += gone
            samples.removeFirst(gone)
            first += gone
        }
        let piece = Piece(first: first, samples: samples, late: late)
        guard !samples.isEmpty, insert(piece, component) else { return }
        newest = max(newest ?? piece.end, piece.end)
        letters = StreamReader.letters(of: components, wanted: wanted)
    }

    /// A record that is there already, in parts even.
    private func isKnown(_ samples: [Float], from first: Int, _ component: Character) -> Bool {
        var merge = SampleMerge(first..<first + samples.count)
        for piece in reaching(component, first..<first + samples.count) { merge.add(piece.samples, from: piece.first) }
        let (known, _) = merge.finish()
        return zip(known, samples).allSatisfy { $0 == $1 || $1.isNaN }
    }

    private func insert(_ piece: Piece, _ component: Character) -> Bool {
        var list = pieces[component] ?? []
        var place = list.count
        while place > 0, (piece.first, piece.end) < (list[place - 1].first, list[place - 1].end) { place -= 1 }
        if place > 0, list[place - 1].first == piece.first, list[place - 1].samples == piece.samples {
            doubled += 1
            return false
        }
        list.insert(piece, at: place)
        pieces[component] = list
        return true
    }

    /// Moves the horizon as far as all channels are there, or as patience allows. Until it has run out for the first
    /// time nobody knows which channels there are.
    public func settle() {
        guard !pieces.isEmpty, let newest else { return }
        if hasEnded {
            horizon = max(horizon ?? newest, newest)
            return
        }
        let oldest = pieces.values.compactMap { $0.first?.first }.min() ?? newest
        guard let known = horizon ?? (newest - oldest > patience ? oldest : nil) else { return }
        let complete = pieces.keys.map { heard($0, from: known) }.min() ?? known
        horizon = max(known, complete, newest - patience)
    }

    /// Nothing comes any more.
    public func end() {
        hasEnded = true
        settle()
    }

    /// Up to where a channel has every sample.
    private func heard(_ component: Character, from sample: Int) -> Int {
        var end = sample
        for piece in pieces[component] ?? [] where piece.first <= end && piece.end > end { end = piece.end }
        return end
    }

    /// Stretches of what is settled, as `StreamReader.stretches` tells them of files.
    public func stretches(all: Bool, bridge: Int) -> [Range<Int>] {
        guard let horizon else { return [] }
        let heard = letters.map { letter -> [Range<Int>] in
            let ranges = (letter.flatMap { pieces[$0] } ?? []).map { $0.first..<max($0.first, min($0.end, horizon)) }
            return StreamReader.joined(ranges.filter { !$0.isEmpty && $0.lowerBound < horizon }, bridge: bridge)
        }
        return StreamReader.stretches(heard, of: letters, all: all, bridge: bridge)
    }

    /// What nobody asks for any more.
    public func forget(before sample: Int) {
        for component in pieces.keys {
            // A channel that was heard once stays one of the instrument's.
            pieces[component]?.removeAll { $0.end <= sample }
        }
        conflicts.removeAll { $0.upperBound <= sample }
    }

    private func reaching(_ component: Character, _ stretch: Range<Int>) -> [Piece] {
        (pieces[component] ?? []).filter { $0.first < stretch.upperBound && $0.end > stretch.lowerBound }
    }

    // MARK: As a recording

    public func samples(_ stretch: Range<Int>, keep: Int) -> [[Float]] {
        letters.map { letter in
            var merge = SampleMerge(stretch)
            if let letter { for piece in reaching(letter, stretch) { merge.add(piece.samples, from: piece.first) } }
            let (samples, found) = merge.finish()
            if !found.isEmpty { conflicts = StreamReader.joined(conflicts + found, bridge: 0) }
            return samples
        }
    }

    public func late(at sample: Int) -> Int {
        let found = letters.compactMap { letter in
            letter.flatMap { reaching($0, sample..<sample + 1).last?.late }
        }
        return found.isEmpty ? 0 : Int((Double(found.reduce(0, +)) / Double(found.count)).rounded())
    }
}

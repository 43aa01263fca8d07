import Foundation
import Seismic

/// What there is to look at of a pick: the ground's motion around it, and what the network says of it.
public struct PickView: Sendable {
    public var pick: StreamPick
    /// When the first sample was taken.
    public var start: Instant
    public var rate: Double
    public var waveform: [(name: String, samples: [Float])]
    public var curves: [Curve]

    /// What the network says, with its threshold and the picks in it, in samples from the first.
    public struct Curve: Sendable {
        public var name: String
        public var values: [Float]
        public var threshold: Double
        public var picks: [(sample: Double, probability: Double)]
    }
}

extension PickStreams {
    /// Seconds that are shown before and behind a pick.
    private static let lead = 12.0
    private static let tail = 18.0

    /// Cuts out the clearest picks and the most doubtful, the likeliest and the least likely of each phase in turn.
    func look(in index: StreamIndex, at summary: inout PickSummary) throws {
        let byPhase = Dictionary(grouping: summary.picks, by: \.phase).sorted { $0.key < $1.key }.map { entry in
            entry.value.sorted { ($1.probability, $0.time, $0.group) < ($0.probability, $1.time, $1.group) }
        }
        var clear: [StreamPick] = []
        var doubtful: [StreamPick] = []
        for rank in 0..<request.viewed {
            for picks in byPhase where rank < picks.count {
                clear.append(picks[rank])
                doubtful.append(picks[picks.count - 1 - rank])
            }
        }
        // A list of few picks is shown once.
        let first = Array(clear.prefix(request.viewed))
        let last = doubtful.filter { !first.contains($0) }.prefix(request.viewed)
        summary.views.clear = try first.compactMap { try view($0, index, all: summary.picks) }
        summary.views.doubtful = try last.compactMap { try view($0, index, all: summary.picks) }
    }

    /// The pick nearest to a moment, as somebody asks to see it.
    func view(at time: Instant, of station: String?) throws -> PickView? {
        let patterns = station.map { [NamePattern($0)] } ?? request.stations
        let around = time.advanced(bySeconds: -600)..<time.advanced(bySeconds: 600)
        let files = StreamFiles(request.words, span: around, stations: patterns)
        let index = StreamIndex(files.paths, span: around, stations: patterns, joinsBands: request.joinsBands)
        var best: (pick: StreamPick, distance: Double)?
        for channels in index.channels where isUsable(channels) == nil {
            let margin = 2.5 * Double(source.length) / source.rate
            let near = time.advanced(bySeconds: -margin)..<time.advanced(bySeconds: margin)
            for pick in try pick(channels, in: index, without: [], span: near, progress: { _, _ in }).picks {
                let distance = abs(pick.time.seconds(since: time))
                if distance < best?.distance ?? .infinity { best = (pick, distance) }
            }
        }
        return try best.flatMap { try view($0.pick, index, all: [$0.pick]) }
    }

    private func view(_ pick: StreamPick, _ index: StreamIndex, all: [StreamPick]) throws -> PickView? {
        guard let channels = index.channels.first(where: { $0.group == pick.group && isUsable($0) == nil }) else {
            return nil
        }
        let reader = reader(channels, index)
        let grid = reader.grid
        let centre = grid.place(pick.time).sample
        let bridge = Int((settings.bridge * grid.rate).rounded())
        guard
            let stretch = reader.stretches(all: settings.needsAllComponents, bridge: bridge).first(where: {
                $0.contains(centre)
            })
        else { return nil }
        let shown =
            max(
                stretch.lowerBound, centre - Int(Self.lead * grid.rate))..<min(
                stretch.upperBound, centre + Int(Self.tail * grid.rate))
        // As far as windows reach that see what is shown, begun where the night's own windows begin.
        let hop = settings.hop ?? source.length / 2
        let back = max(stretch.lowerBound, shown.lowerBound - 2 * source.length)
        let from = stretch.lowerBound + (back - stretch.lowerBound) / hop * hop
        let to = min(stretch.upperBound, shown.upperBound + 2 * source.length)
        let names = source.phases + (source.hasDetection ? ["detection"] : [])
        let cut = CurveCut(shown, curves: names.count)
        _ = try GroupPicker(source, settings, reader, sink: cut).pick(span: from..<to)
        let others = all.filter { $0.group == pick.group }.map {
            (phase: $0.phase, sample: grid.place($0.time).sample, $0)
        }
        let curves = zip(names, cut.curves).map { name, values in
            PickView.Curve(
                name: name, values: values,
                threshold: name == "detection" ? settings.thresholds.detection : settings.thresholds.phase(name),
                picks: others.filter { $0.phase == name && shown.contains($0.sample) }.map {
                    (Double($0.sample - shown.lowerBound), $0.2.probability)
                })
        }
        // A reader goes forward only: another one looks at the ground.
        let samples = self.reader(channels, index).samples(shown, keep: source.length)
        return PickView(
            pick: pick, start: grid.time(shown.lowerBound), rate: grid.rate,
            waveform: zip(reader.letters, samples).compactMap { letter, samples in
                letter.map { (pick.group.band + String($0), samples) }
            }, curves: curves)
    }
}

import Foundation

/// Which earthquakes there are, who recorded them, and what was recorded in between: for every trace of a synthetic
/// dataset, from its number and the seed alone.
struct SyntheticCatalogue: Sendable {
    enum Entry: Hashable, Sendable {
        /// The recording of an earthquake at one of its stations.
        case earthquake(event: Int, recording: Int)
        case noise(Int)
    }

    /// An earthquake and the stations that saw it.
    struct Event: Sendable {
        var source: Source
        var recordings: [(station: SyntheticRegion.Station, path: RayPath)]
    }

    let region: SyntheticRegion
    let entries: [Entry]
    private let stationCounts: [Int]
    private let seed: UInt64

    init(count: Int, seed: UInt64, duration: Double) {
        self.seed = seed
        region = SyntheticRegion(seed: seed, side: max(20, min(250, 3.3 * duration)))
        var dice = Dice(seed: seed, purpose: "synthesis.catalogue")
        var entries: [Entry] = []
        entries.reserveCapacity(count + 8)
        var stationCounts: [Int] = []
        var noises = 0
        while entries.count < count {
            let stations = dice.int(2..<9)
            entries += (0..<stations).map { .earthquake(event: stationCounts.count, recording: $0) }
            stationCounts.append(stations)
            let quiet = dice.int(1..<6)
            entries += (noises..<noises + quiet).map { .noise($0) }
            noises += quiet
        }
        self.entries = Array(entries.prefix(count))
        self.stationCounts = stationCounts
    }

    /// The earthquake of a number. It is as large as the least of its stations needs to see it, or somewhat larger,
    /// as Gutenberg and Richter say.
    func event(_ number: Int) -> Event {
        var dice = Dice(seed: seed, purpose: "synthesis.event", subject: number)
        var source = Source.draw(in: region, dice: &dice)
        // A P below four times the noise triggers nobody (Trnkoczy 2012), and is in no catalogue of P and S.
        let clarity = dice.logUniform(4, 30)
        let candidates = region.stations.map {
            station -> (need: Double, station: SyntheticRegion.Station, path: RayPath) in
            let path = RayPath(source, to: station, in: region)
            let need = source.magnitude(seenBy: path, above: clarity * station.noise, in: region)
            return (need + (dice.chance(0.35) ? 1 : 0), station, path)
        }
        let chosen = candidates.enumerated().sorted { ($0.element.need, $0.offset) < ($1.element.need, $1.offset) }
            .prefix(stationCounts[number]).map(\.element)
        let need =
            chosen.last.map { source.magnitude(seenBy: $0.path, above: clarity * $0.station.noise, in: region) } ?? 2
        let excess = -log(1 - dice.uniform()) * 0.434
        source.magnitude = (10 * min(5.8, need + excess)).rounded() / 10
        return Event(source: source, recordings: chosen.map { ($0.station, $0.path) })
    }
}

/// Places boxes so that arrows point down: ranks from top to bottom, few crossings, straight ways.
///
/// After Sugiyama, Tagawa and Toda (1981). Arrows that pass ranks get a place in each, so that they go around boxes.
struct LayeredLayout {
    struct Size {
        var width: Double
        var height: Double
    }
    struct Point {
        var x: Double
        var y: Double
    }

    /// The upper left corner of each box.
    private(set) var corners: [Point]
    /// For each arrow the points it passes, between leaving its box and entering the other.
    private(set) var ways: [[Point]]
    private(set) var width = 0.0
    private(set) var height = 0.0

    static let columnGap = 28.0
    static let rankGap = 48.0
    /// How much room a passing arrow gets.
    static let wayWidth = 16.0
    /// Beyond so many passed ranks, arrows go straight: the picture is beyond help, and must not take forever.
    static let mostPlaces = 20_000

    private struct Place {
        var width: Double
        var height: Double
        var rank: Int
        var x = 0.0
    }

    /// - arrows: from and to, as indices of boxes; never in a circle.
    init(boxes: [Size], arrows: [(from: Int, to: Int)]) {
        corners = boxes.map { _ in Point(x: 0, y: 0) }
        ways = arrows.map { _ in [] }
        guard !boxes.isEmpty else { return }
        let ranks = LayeredLayout.ranks(count: boxes.count, arrows: arrows)
        var places = boxes.enumerated().map { Place(width: $1.width, height: $1.height, rank: ranks[$0]) }
        let (chains, links) = LayeredLayout.chains(arrows, ranks, &places)
        var rows = LayeredLayout.rows(
            of: places,
            order: Array(boxes.indices)
                + zip(arrows, chains).flatMap { arrow, chain in
                    chain.map { _ in arrow.to }
                })
        let (above, below) = LayeredLayout.neighbours(links, count: places.count)
        for sweep in 0..<12 {
            let isDown = sweep.isMultiple(of: 2)
            LayeredLayout.order(&rows, by: isDown ? above : below, down: isDown)
        }
        LayeredLayout.place(rows, &places, above, below)
        finish(rows, places, chains)
    }

    /// As far down as what follows allows: the longest way to the bottom, counted from the top. So all outputs stand in
    /// the last rank, and branches of different length end side by side.
    private static func ranks(count: Int, arrows: [(from: Int, to: Int)]) -> [Int] {
        var before: [[Int]] = Array(repeating: [], count: count)
        var waiting = Array(repeating: 0, count: count)
        for arrow in arrows {
            before[arrow.to].append(arrow.from)
            waiting[arrow.from] += 1
        }
        var heights = Array(repeating: 0, count: count)
        var ready = (0..<count).filter { waiting[$0] == 0 }
        while let box = ready.popLast() {
            for source in before[box] {
                heights[source] = max(heights[source], heights[box] + 1)
                waiting[source] -= 1
                if waiting[source] == 0 { ready.append(source) }
            }
        }
        let highest = heights.max() ?? 0
        return heights.map { highest - $0 }
    }

    /// The places that each arrow passes, added to `places`, and all links between places of neighbouring ranks.
    private static func chains(
        _ arrows: [(from: Int, to: Int)], _ ranks: [Int], _ places: inout [Place]
    ) -> (chains: [[Int]], links: [(upper: Int, lower: Int)]) {
        let passed = arrows.reduce(0) { $0 + max(0, ranks[$1.to] - ranks[$1.from] - 1) }
        var links: [(upper: Int, lower: Int)] = []
        let chains = arrows.map { arrow -> [Int] in
            var chain: [Int] = []
            if passed <= mostPlaces, ranks[arrow.to] > ranks[arrow.from] + 1 {
                for rank in ranks[arrow.from] + 1..<ranks[arrow.to] {
                    chain.append(places.count)
                    places.append(Place(width: wayWidth, height: 0, rank: rank))
                }
            }
            let stops = [arrow.from] + chain + [arrow.to]
            links += zip(stops, stops.dropFirst()).map { (upper: $0, lower: $1) }
            return chain
        }
        return (chains, links)
    }

    /// The places of each rank, to begin with in the order of the boxes; an arrow stands where the box stands that it
    /// leads to.
    private static func rows(of places: [Place], order: [Int]) -> [[Int]] {
        var rows: [[Int]] = Array(repeating: [], count: (places.map(\.rank).max() ?? 0) + 1)
        for index in places.indices.sorted(by: { (order[$0], $0) < (order[$1], $1) }) {
            rows[places[index].rank].append(index)
        }
        return rows
    }

    private static func neighbours(
        _ links: [(upper: Int, lower: Int)], count: Int
    ) -> (above: [[Int]], below: [[Int]]) {
        var above: [[Int]] = Array(repeating: [], count: count)
        var below = above
        for link in links {
            above[link.lower].append(link.upper)
            below[link.upper].append(link.lower)
        }
        return (above, below)
    }

    /// Sorts each row by where its neighbours in the row before stand on average.
    private static func order(_ rows: inout [[Int]], by neighbours: [[Int]], down: Bool) {
        var position = Array(repeating: 0.0, count: neighbours.count)
        for row in rows {
            for (index, place) in row.enumerated() { position[place] = Double(index) }
        }
        for rank in down ? Array(rows.indices) : Array(rows.indices.reversed()) {
            let keys = rows[rank].map { place -> Double in
                let around = neighbours[place].map { position[$0] }
                return around.isEmpty ? position[place] : around.reduce(0, +) / Double(around.count)
            }
            let sorted = rows[rank].indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
            rows[rank] = sorted.map { rows[rank][$0] }
            for (index, place) in rows[rank].enumerated() { position[place] = Double(index) }
        }
    }

    /// Moves every row as close to its neighbours as the boxes' widths allow, down and up until it has settled.
    private static func place(
        _ rows: [[Int]], _ places: inout [Place], _ above: [[Int]], _ below: [[Int]]
    ) {
        for row in rows {
            var x = 0.0
            for place in row {
                places[place].x = x + places[place].width / 2
                x += places[place].width + columnGap
            }
        }
        for sweep in 0..<16 {
            let down = sweep.isMultiple(of: 2)
            for row in down ? rows : rows.reversed() {
                let wanted = row.map { place -> Double in
                    let around = (down ? above : below)[place]
                    return around.isEmpty
                        ? places[place].x : around.reduce(0) { $0 + places[$1].x } / Double(around.count)
                }
                let settled = spread(wanted, widths: row.map { places[$0].width })
                for (place, x) in zip(row, settled) { places[place].x = x }
            }
        }
    }

    /// The places nearest to the wanted ones (least squares) that keep the order and the gaps: pooled neighbours share
    /// the mean of what they want.
    static func spread(_ wanted: [Double], widths: [Double]) -> [Double] {
        var offsets: [Double] = []
        for index in wanted.indices {
            let gap = index == 0 ? 0 : (widths[index - 1] + widths[index]) / 2 + columnGap
            offsets.append((offsets.last ?? 0) + gap)
        }
        var pools: [(sum: Double, count: Int)] = []
        for (index, want) in wanted.enumerated() {
            pools.append((want - offsets[index], 1))
            while pools.count > 1 {
                let last = pools[pools.count - 1]
                let before = pools[pools.count - 2]
                guard last.sum / Double(last.count) < before.sum / Double(before.count) else { break }
                pools.removeLast()
                pools[pools.count - 1] = (before.sum + last.sum, before.count + last.count)
            }
        }
        let means = pools.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
        return zip(means, offsets).map { $0 + $1 }
    }

    private mutating func finish(_ rows: [[Int]], _ places: [Place], _ chains: [[Int]]) {
        let left = places.map { $0.x - $0.width / 2 }.min() ?? 0
        width = (places.map { $0.x + $0.width / 2 }.max() ?? 0) - left
        var tops: [Double] = []
        var heights: [Double] = []
        for row in rows {
            tops.append(height)
            heights.append(row.map { places[$0].height }.max() ?? 0)
            height += (heights.last ?? 0) + LayeredLayout.rankGap
        }
        height -= LayeredLayout.rankGap
        for box in corners.indices {
            corners[box] = Point(x: places[box].x - places[box].width / 2 - left, y: tops[places[box].rank])
        }
        ways = chains.map { chain in
            chain.flatMap { place -> [Point] in
                let rank = places[place].rank
                let x = places[place].x - left
                return [Point(x: x, y: tops[rank]), Point(x: x, y: tops[rank] + heights[rank])]
            }
        }
    }
}

import GraphIR

/// When a room is in use: from one place of the schedule to another, both included.
struct Lifetime: Equatable {
    /// A stage and a work within it; forward stages first, then backward ones.
    struct Moment: Comparable {
        var stage: Int
        var work: Int
        static func < (a: Moment, b: Moment) -> Bool { (a.stage, a.work) < (b.stage, b.work) }
        static let start = Moment(stage: -1, work: 0)
        static let end = Moment(stage: Int.max, work: 0)
    }
    var first: Moment
    var last: Moment

    mutating func include(_ moment: Moment) {
        first = min(first, moment)
        last = max(last, moment)
    }
    func overlaps(_ other: Lifetime) -> Bool { first <= other.last && other.first <= last }
}

/// Rooms packed into one block so that two that are in use at the same time never share a place.
struct Packing {
    struct Request {
        var count: Int
        var lifetime: Lifetime
    }
    /// Where each request begins, in the order of the requests.
    private(set) var offsets: [Int]
    private(set) var count = 0

    /// Largest first, each at the lowest place that is free for its whole lifetime.
    init(_ requests: [Request]) {
        offsets = requests.map { _ in 0 }
        var placed: [Int] = []
        let order = requests.indices.sorted { (-requests[$0].count, $0) < (-requests[$1].count, $1) }
        for index in order {
            let request = requests[index]
            var offset = 0
            for other in placed.sorted(by: { (offsets[$0], $0) < (offsets[$1], $1) })
            where requests[other].lifetime.overlaps(request.lifetime) {
                if Rational.sum(offset, request.count) <= offsets[other] { break }
                offset = max(offset, Rational.sum(offsets[other], requests[other].count))
            }
            offsets[index] = offset
            placed.append(index)
            count = max(count, Rational.sum(offset, request.count))
        }
    }
}

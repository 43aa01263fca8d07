import GraphIR

/// What was worked out on the way, for who looks at a text: at every place what it came to. A compilation that only
/// judges keeps none.
package struct Log: Sendable {
    package enum Subject: UInt8, Sendable { case stage, result, name, size, parameter }

    package enum Outcome: Sendable {
        case array(Int)
        /// A list of arrays: its first and last, and how many.
        case arrays(first: Int, last: Int, count: Int)
        case value(Value)
        case nothing
    }

    /// One thing that was worked out once. What stands in a loop or a block is worked out several times.
    package struct Record: Sendable {
        package var subject: Subject
        package var place: Place
        package var outcome: Outcome
        /// What flowed in: a node, or -1.
        package var from: Int
        /// The layers that were made for it: a stretch of `nodes`.
        package var made: Range<Int>
        /// The innermost call of a block that led here.
        package var caller: Place
    }

    /// A stage that an edit of a variant meant.
    package struct Match: Sendable {
        package var edit: Place
        package var stage: Place
        package var path: String
        /// Of a `set` what it was and what it is.
        package var old: Value?
        package var new: Value?
    }

    /// Every layer that was made, also those that no output needs; records and matches index into it.
    package internal(set) var nodes: [Node] = []
    package internal(set) var records: [Record] = []
    package internal(set) var matches: [Match] = []

    package init() {}

    static let mostRecords = 200_000
}

extension Elaborator {
    /// Notes what a place came to, where somebody wants to know.
    mutating func note(_ subject: Log.Subject, _ place: Place, _ item: Item, since mark: Int? = nil, from: Item? = nil)
    {
        guard log != nil, place.file >= 0, log?.records.count ?? 0 < Log.mostRecords else { return }
        log?.records.append(
            Log.Record(
                subject: subject, place: place, outcome: Elaborator.outcome(item), from: from?.node ?? -1,
                made: (mark ?? nodes.count)..<nodes.count, caller: calls.last?.place ?? .nowhere))
    }

    private static func outcome(_ item: Item) -> Log.Outcome {
        switch item.main {
        case .array(let node): return .array(node)
        case .value(let value): return .value(value)
        case .list(let items):
            if let first = items.first?.node, let last = items.last?.node {
                return .arrays(first: first, last: last, count: items.count)
            }
            guard items.count <= 64 else { return .nothing }
            var values: [Value] = []
            for item in items {
                guard case .value(let value) = item.main else { return .nothing }
                values.append(value)
            }
            return .value(.list(values))
        case .bundle, .poison: return .nothing
        }
    }
}

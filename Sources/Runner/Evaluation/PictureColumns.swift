import Seismic

/// The columns that say which picture a row is about, and how large the network saw it. What is told of recordings
/// (stations, arrivals, magnitudes) has no place there.
struct PictureColumns {
    private let size: String
    private var identities: [TraceIdentity] = []

    /// - Parameter shape: the network's input, `[channels, height, width]`.
    init(_ shape: [Int]) { size = shape.suffix(2).map { "\($0)" }.joined(separator: " by ") }

    mutating func append(_ identity: TraceIdentity) { identities.append(identity) }

    var columns: [Predictions.Column] {
        [
            .init("trace_name", .texts(identities.map(\.name))),
            .init(Predictions.pictureColumn, .texts(identities.map { _ in size })),
        ]
    }
    var places: [Predictions.Column] {
        [
            .init("trace_chunk", .texts(identities.map(\.chunk))),
            .init("trace_row", .numbers(identities.map { Double($0.row) })),
        ]
    }
}

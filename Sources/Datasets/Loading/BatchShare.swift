/// One batch of an epoch cut into parts, of which somebody makes some.
public struct BatchShare: Sendable {
    /// Into how many parts the whole batch is cut.
    public var parts: Int
    /// Those that are here, in order, each as a batch of its own.
    public var own: [(part: Int, batch: Batch)]

    public init(parts: Int, own: [(part: Int, batch: Batch)]) {
        self.parts = parts
        self.own = own
    }

    /// A batch in one piece.
    public init(whole batch: Batch) { self.init(parts: 1, own: [(0, batch)]) }

    public var windows: Int { own.reduce(0) { $0 + $1.batch.count } }
}

extension Loader {
    /// The batches of one epoch in parts of `part` windows. The order is the whole epoch's, whoever makes which parts;
    /// only those in `own` are read. `make` turns traces into a batch in another way: of what was kept of them.
    public func shares(
        epoch: Int, from first: Int = 0, part: Int, own: Range<Int>,
        make: (@Sendable (ArraySlice<Int>) throws -> Batch)? = nil
    ) -> ItemStream<BatchShare> {
        let traces = traces(epoch: epoch)
        let size = max(1, options.batch), part = max(1, part)
        let make = make ?? { [self] in try batch(of: $0, epoch: epoch) }
        return ItemStream(min(first, batchCount)..<batchCount, threads: options.threads) { number in
            let windows = traces[number * size..<min(traces.count, (number + 1) * size)]
            let parts = (windows.count + part - 1) / part
            return BatchShare(
                parts: parts,
                own: try own.clamped(to: 0..<parts).map { index in
                    let start = windows.startIndex + index * part
                    return (index, try make(windows[start..<min(windows.endIndex, start + part)]))
                })
        }
    }
}

extension SyntheticDataset {
    /// Makes every trace, on several threads, and hands them to a writer in their order. Calls back with how many are
    /// written.
    public func write(to writer: any DatasetWriter, threads: Int, progress: (Int) -> Void = { _ in }) throws {
        let block = max(64, 32 * threads)
        for first in stride(from: 0, to: count, by: block) {
            let made = inParallel(min(block, count - first), threads: threads) { madeAnew(first + $0) }
            for trace in made { try writer.add(trace) }
            progress(first + made.count)
        }
        try writer.finish()
    }
}

import Datasets

/// One kind of synthetic seismograms: every trace a function of its number and the seed.
public protocol SyntheticKind: Sendable {
    static var name: String { get }
    static var standardLength: Int { get }
    static var standardRate: Double { get }
    static var columns: [String] { get }
    /// Columns that are measured on the samples.
    static var measuredColumns: Set<String> { get }
    var count: Int { get }
    init(count: Int, length: Int, rate: Double, seed: UInt64)
    /// The columns that are settled before the samples are made.
    func settled(_ index: Int) -> TraceMetadata
    func seismogram(_ index: Int) -> (samples: [[Float]], components: String)
    func measured(_ index: Int, samples: [[Float]]) -> [(name: String, value: String?)]
}

import GraphIR

/// Makes what an output learns from a window's picks, spans and metadata.
///
/// It sees the window after augmentation and before levelling: the picks are where the waveform has them, and the
/// amplitudes are still the ground's.
public protocol Labeler: LabelerSignature {
    /// One label of the announced shape, row after row. Symbols of the shape follow the window's length.
    func label(for window: Window) -> Label
    /// What the labels are, with what was learned from the training set, in one line: goes into `run.json`.
    var statement: String { get }
    /// Whether labels are read off the table alone, whatever the samples are.
    var readsTableOnly: Bool { get }
    /// The labeler after it has seen the training set's metadata, for labels that depend on it, as regions found by
    /// k-means do.
    func fitted(to dataset: any Dataset, training: [Int], seed: UInt64) throws -> Self
}

extension Labeler {
    public var statement: String { Self.signature.name }
    public var readsTableOnly: Bool { false }
    public func fitted(to dataset: any Dataset, training: [Int], seed: UInt64) throws -> Self { self }
}

/// A label of one window.
public struct Label: Hashable, Sendable {
    public var values: [Float]
    /// 0 where the label is not known and must not be learned, 1 elsewhere; `nil` where all of it is known.
    public var mask: [Float]?
    public init(_ values: [Float], mask: [Float]? = nil) {
        self.values = values
        self.mask = mask
    }
}

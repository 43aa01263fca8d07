import GraphIR

/// A layer whose arithmetic is a value of its own: one that other layers share, or that keeps tables of the sizes.
protocol Delegating: Layer {
    var core: any Arithmetic { get }
}

extension Delegating {
    public var inputHalo: Int { core.inputHalo }
    public var outputHalo: Int { core.outputHalo }
    public var forwardPhases: [Phase] { core.forwardPhases }
    public var backwardPhases: [Phase] { core.backwardPhases }
    public var backwardReads: BackwardReads { core.backwardReads }
    public var keptPerSample: Int { core.keptPerSample }
    public var keptShared: Int { core.keptShared }
    public var preparedCount: Int { core.preparedCount }
    public var preparedForBackwardCount: Int { core.preparedForBackwardCount }
    public var scratchCount: Int { core.scratchCount }
    public var sumsOverSamples: Bool { core.sumsOverSamples }
    public var isRandom: Bool { core.isRandom }
    public var isIdentity: Bool { core.isIdentity }
    public func settled(for mode: Mode) -> any Arithmetic { core.settled(for: mode) }
    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        core.followed(by: next, in: mode, withGradients: withGradients)
    }
    public func prepare(_ pass: Pass) { core.prepare(pass) }
    public func forward(_ pass: Pass) { core.forward(pass) }
    public func backward(_ pass: Pass) { core.backward(pass) }
}

/// The sizes of an array as numbers, seen as an image: a sequence has the height 1, a vector one channel of its width.
struct Extents: Hashable, Sendable {
    var channels: Int
    var height: Int
    var width: Int
    var rows: Int { channels * height }
}

extension Shape {
    /// Sizes that are not known yet count as 1: nothing runs before they are.
    var extents: Extents {
        let sizes = dimensions.map { $0.number ?? 1 }
        switch sizes.count {
        case 0, 1: return Extents(channels: 1, height: 1, width: sizes.first ?? 1)
        case 2: return Extents(channels: sizes[0], height: 1, width: sizes[1])
        default: return Extents(channels: sizes[0], height: sizes[1], width: sizes[sizes.count - 1])
        }
    }
}

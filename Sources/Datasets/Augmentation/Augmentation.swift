import GraphIR

/// Makes another believable window of a window, and moves its picks along.
///
/// Every draw comes from the dice it is handed, which depend on the seed, the epoch, the trace and the augmentation's
/// place in the chain alone: never on threads or on what other windows drew.
public protocol Augmentation: Plugin {
    /// What it makes sense for.
    static var takes: Set<SampleKind> { get }
    init(_ arguments: Arguments, window: TensorType) throws(Complaint)
    /// With the probability that its arguments say, changes the window; says whether the chain goes on.
    func apply(to window: inout Window, dice: inout Dice) -> ChainStep
}

extension Augmentation {
    public static var takes: Set<SampleKind> { [.seismogram] }
}

/// What follows an augmentation.
public enum ChainStep: Hashable, Sendable {
    case goesOn
    /// The augmentations that follow leave this window alone.
    case ends
}

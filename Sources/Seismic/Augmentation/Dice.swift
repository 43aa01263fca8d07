/// A stream of random draws for one purpose: one window, one epoch, one augmentation.
public struct Dice: Sendable {
}

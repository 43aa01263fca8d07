import Foundation
import GraphIR

/// Does trials: each once, whoever else works on the same folder.
///
/// A process takes a trial that is not finished and that nobody holds. One that was begun and left, by a kill or a
/// power cut, is taken up where its last checkpoint stands. Where only trials of others are left, it waits for them:
/// they may die, and then their work falls to it.
public struct Workshop: Sendable {
    /// How a trial came out.
    public enum Ending: Sendable { case finished, interrupted }

    /// Seconds between two looks at what others hold.
    public var patience: Double

    public init(patience: Double = 0.5) { self.patience = patience }

    /// Works until every item is finished.
    ///
    /// - Parameters:
    ///   - claim: takes the right to do an item; `nil` if somebody else has it.
    ///   - isFinished: whether nothing is left to do for it.
    ///   - isStopped: asked between two items.
    ///   - perform: does it, with the right to.
    public func work<Item, Right>(
        on items: [Item], claim: (Item) throws -> Right?, isFinished: (Item) throws -> Bool,
        isStopped: () -> Bool = { false }, perform: (Item, Right) throws -> Ending
    ) throws -> Ending {
        var open = Array(items.indices)
        while true {
            var isBusy = false
            var left: [Int] = []
            for index in open {
                if isStopped() { return .interrupted }
                let item = items[index]
                if try isFinished(item) { continue }
                guard let right = try claim(item) else {
                    left.append(index)
                    continue
                }
                // Between the look and the claim somebody may have finished it.
                if try !isFinished(item) {
                    isBusy = true
                    if try perform(item, right) == .interrupted { return .interrupted }
                }
                withExtendedLifetime(right) {}
            }
            open = left
            if open.isEmpty { return .finished }
            if !isBusy { Thread.sleep(forTimeInterval: patience) }
        }
    }
}

import Foundation
import GraphIR

/// Does trials: each once, whoever else works on the same folder.
///
/// A process takes a trial that is not finished and that nobody holds. One that was begun and left, by a kill or a
/// power cut, is taken up where its last checkpoint stands. Where only trials of others are left, it waits for them:
/// they may die, and then their work falls to it.
public struct Workshop: Sendable {
    /// How a trial came out.
    public enum Ending: Sendable {
        case finished, interrupted
        /// Nothing is left for this process, but others are still at work.
        case left
    }

    /// One of several workers that share the work by number: where a file system has no locks.
    public struct Share: Sendable, Equatable {
        /// From 1.
        public var number: Int
        public var count: Int

        /// `3/8`; `nil` where the text is no share.
        public init?(_ text: String) {
            let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let number = numbers[0], let count = numbers[1], count >= 1,
                (1...count).contains(number)
            else { return nil }
            (self.number, self.count) = (number, count)
        }

        func has(_ index: Int) -> Bool { index % count == number - 1 }
    }

    /// Seconds between two looks at what others hold.
    public var patience: Double
    /// Leaves where only trials of others are left, instead of waiting for them: in a scheduler's array a node that
    /// waits is held for nothing.
    public var leaves = false
    /// Does its own share, and does not wait for the others.
    public var share: Share?

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
        if let share {
            return try work(
                on: items, share, claim: claim, isFinished: isFinished, isStopped: isStopped, perform: perform)
        }
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
            if leaves, !isBusy { return .left }
            if !isBusy { Thread.sleep(forTimeInterval: patience) }
        }
    }

    /// Its own share, and then a look at the others'. An item that another process holds all the same is left to it.
    private func work<Item, Right>(
        on items: [Item], _ share: Share, claim: (Item) throws -> Right?, isFinished: (Item) throws -> Bool,
        isStopped: () -> Bool, perform: (Item, Right) throws -> Ending
    ) throws -> Ending {
        for (index, item) in items.enumerated() where share.has(index) {
            if isStopped() { return .interrupted }
            guard try !isFinished(item), let right = try claim(item) else { continue }
            if try perform(item, right) == .interrupted { return .interrupted }
        }
        return try items.allSatisfy(isFinished) ? .finished : .left
    }
}

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
    ///   - lockPath: a file that stands for an item.
    ///   - isFinished: whether nothing is left to do for it.
    ///   - isStopped: asked between two items.
    ///   - perform: does it.
    public func work<Item>(
        on items: [Item], lockPath: (Item) -> String, isFinished: (Item) throws -> Bool,
        isStopped: () -> Bool = { false }, perform: (Item) throws -> Ending
    ) throws -> Ending {
        var open = Array(items.indices)
        while true {
            var isBusy = false
            var left: [Int] = []
            for index in open {
                if isStopped() { return .interrupted }
                let item = items[index]
                if try isFinished(item) { continue }
                guard let claim = try claim(lockPath(item)) else {
                    left.append(index)
                    continue
                }
                // Between the look and the claim somebody may have finished it.
                if try !isFinished(item) {
                    isBusy = true
                    if try perform(item) == .interrupted { return .interrupted }
                }
                withExtendedLifetime(claim) {}
            }
            open = left
            if open.isEmpty { return .finished }
            if !isBusy { Thread.sleep(forTimeInterval: patience) }
        }
    }

    private func claim(_ path: String) throws -> Claim? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RunError(.access, "\(folder) cannot be made: \(error.localizedDescription)")
        }
        return try Claim(path)
    }
}

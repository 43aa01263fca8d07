import Foundation

/// The batches of one epoch.
public typealias BatchStream = ItemStream<Batch>

/// What is made of numbers one after the other, prepared ahead by threads of its own. Take them with `next()` until it
/// is `nil`; a stream that is let go stops its threads.
public final class ItemStream<Item: Sendable>: Sendable {
    private let workshop: Workshop<Item>

    /// - Parameter make: makes the item of a number; called from several threads.
    init(_ numbers: Range<Int>, threads: Int, make: @escaping @Sendable (Int) throws -> Item) {
        workshop = Workshop(numbers, ahead: threads + 1, make: make)
        for _ in 0..<max(1, min(threads, numbers.count)) {
            let thread = Thread { [workshop] in workshop.work() }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit { workshop.close() }

    /// The next one in order. Throws what making it threw; after that there are no more.
    public func next() throws -> Item? { try workshop.take() }
}

/// Where threads make items in any order and one reader takes them in order.
private final class Workshop<Item: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let make: @Sendable (Int) throws -> Item
    private let end: Int
    private let ahead: Int
    // All below is guarded by the condition's lock.
    private var nextToMake: Int
    private var nextToTake: Int
    private var done: [Int: Result<Item, any Error>] = [:]
    private var isClosed = false

    init(_ numbers: Range<Int>, ahead: Int, make: @escaping @Sendable (Int) throws -> Item) {
        self.make = make
        self.ahead = ahead
        nextToMake = numbers.lowerBound
        nextToTake = numbers.lowerBound
        end = numbers.upperBound
    }

    func work() {
        while let number = order() {
            let result = Result { try make(number) }
            condition.lock()
            done[number] = result
            condition.broadcast()
            condition.unlock()
        }
    }

    /// The number of the batch to make next; waits while enough are ready, so that memory stays bounded.
    private func order() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while !isClosed, nextToMake < end, nextToMake >= nextToTake + ahead { condition.wait() }
        guard !isClosed, nextToMake < end else { return nil }
        defer { nextToMake += 1 }
        return nextToMake
    }

    func take() throws -> Item? {
        condition.lock()
        defer { condition.unlock() }
        guard nextToTake < end, !isClosed else { return nil }
        while true {
            if let result = done.removeValue(forKey: nextToTake) {
                nextToTake += 1
                if case .failure = result { isClosed = true }
                condition.broadcast()
                return try result.get()
            }
            condition.wait()
        }
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }
}

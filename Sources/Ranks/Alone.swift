/// A team of one: nobody to talk to, so everything is a copy or nothing at all.
public final class Alone: Collective {
    public init() {}
    public var rank: Int { 0 }
    public var size: Int { 1 }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {}
    public func gather(_ mine: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer) {
        all.copyMemory(from: mine)
    }
    public func exchange(
        _ sent: UnsafeRawBufferPointer, counts: [Int], _ received: UnsafeMutableRawBufferPointer,
        counts receivedCounts: [Int]
    ) {
        received.copyMemory(from: sent)
    }
    public func pair(with rank: Int, _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer) {
        received.copyMemory(from: sent)
    }
    public func barrier() {}
    public func part(into color: Int) -> any Collective { self }
}

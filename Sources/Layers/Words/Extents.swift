import GraphIR

/// The sizes of an array as numbers, seen as an image: a sequence has the height 1, a vector one channel of its width.
public struct Extents: Hashable, Sendable {
    public var channels: Int
    public var height: Int
    public var width: Int

    public init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    public var rows: Int { channels * height }
}

extension Shape {
    /// Sizes that are not known yet count as 1: nothing runs before they are.
    public var extents: Extents {
        let sizes = dimensions.map { $0.number ?? 1 }
        switch sizes.count {
        case 0, 1: return Extents(channels: 1, height: 1, width: sizes.first ?? 1)
        case 2: return Extents(channels: sizes[0], height: 1, width: sizes[1])
        default: return Extents(channels: sizes[0], height: sizes[1], width: sizes[sizes.count - 1])
        }
    }
}

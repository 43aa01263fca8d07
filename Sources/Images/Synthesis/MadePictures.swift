import Datasets
import Files
import Foundation
import GraphIR

/// Synthetic pictures as a dataset: ten classes of shapes and textures, as many of each; each picture is made when it
/// is asked for, and always the same.
public struct MadePictures: Dataset {
    /// `synthetic:images:2000`, `synthetic:images:500,seed=3,side=32`.
    public struct Order: Hashable, Sendable {
        public var count: Int
        public var seed: UInt64
        /// Rows and columns.
        public var side: Int

        public init(count: Int, seed: UInt64 = 0, side: Int = 64) {
            (self.count, self.seed, self.side) = (count, seed, side)
        }
    }

    /// The classes in the order of their names.
    public static let classes = MadePicture.classes
    public let path: String
    public let format = "synthetic"
    public let columns = PictureRow.columns
    public var count: Int { order.count }
    private let order: Order

    public init(_ order: Order) throws {
        guard (1...10_000_000).contains(order.count), (8...1024).contains(order.side) else {
            throw DataError(
                .request, file: order.description, expected: "1 to 10,000,000 pictures of 8 to 1024 rows",
                found: "\(order.count) of \(order.side)")
        }
        self.order = order
        path = order.description
    }

    private func category(_ index: Int) -> String { Self.classes[index % Self.classes.count] }

    public func metadata(_ index: Int) -> TraceMetadata {
        // Ten in a row, one of each class, are on one side: every side is balanced.
        var dice = Dice(seed: order.seed, purpose: "pictures.split", subject: index / Self.classes.count)
        let split: Split = dice.pick([(0.7, .train), (0.1, .dev), (0.2, .test)])
        let category = category(index)
        return PictureRow(name: name(index), category: category, tags: category, split: split).metadata
    }
    public func name(_ index: Int) -> String { "\(category(index))_\(index)" }
    public func rate(_ index: Int) -> Double? { nil }

    public func trace(_ index: Int) throws -> Trace {
        let plane = Plane(height: order.side, width: order.side)
        var picture = MadePicture(
            category(index), plane: plane, dice: Dice(seed: order.seed, purpose: "pictures.picture", subject: index))
        return Trace(planes: picture.planes(), plane: plane, name: name(index), metadata: metadata(index))
    }
}

extension MadePictures.Order: CustomStringConvertible {
    static let prefix = "synthetic:images:"

    /// As `openDataset` reads it.
    public var description: String {
        Self.prefix + "\(count)" + (seed == 0 ? "" : ",seed=\(seed)") + (side == 64 ? "" : ",side=\(side)")
    }

    /// Reads `synthetic:images:COUNT[,seed=S][,side=N]`; throws what does not read so.
    public init(_ text: String) throws {
        func refuse(_ part: Substring) -> DataError {
            DataError(.request, file: text, expected: "synthetic:images:COUNT[,seed=S][,side=N]", found: "'\(part)'")
        }
        let parts = text.dropFirst(Self.prefix.count).split(separator: ",", omittingEmptySubsequences: false)
        guard let first = parts.first, let count = Int(first) else { throw refuse(parts.first ?? "") }
        self.init(count: count)
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw refuse(part) }
            switch pair[0] {
            case "seed": seed = try UInt64(pair[1]) ?? { throw refuse(part) }()
            case "side": side = try Int(pair[1]) ?? { throw refuse(part) }()
            default: throw refuse(part)
            }
        }
    }
}

/// `made_pictures`: the reader that makes pictures.
public struct MadePicturesReader: DatasetReader {
    public static let signature = Signature(
        .reader, "made_pictures",
        """
        Makes pictures instead of reading them: `synthetic:images:2000` stands for 2,000 of them.
        synthetic:images:COUNT[,seed=S][,side=N]; ten classes of shapes and textures, as many of each: checks, cross, \
        disc, dots, grain, ring, rings, square, stripes, triangle. The same text always stands for the same pictures.
        """)

    public static func recognises(_ path: String) -> Bool { path.hasPrefix(MadePictures.Order.prefix) }
    public static func open(_ path: String) throws -> any Dataset { try MadePictures(MadePictures.Order(path)) }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(MadePicturesReader.self, $0)
    }
}

import Datasets
import Files

/// Pictures of one size behind one another in a file.
public struct PictureStack: Sendable {
    public let file: FileBytes
    public let format: NumberFormat
    /// Where the first one begins, and how many bytes lie between two beginnings.
    public private(set) var start: Int
    public let stride: Int
    public let count: Int
    public let channels: Int
    public let plane: Plane
    /// Whether the channels of a pixel lie side by side.
    public let isByPixel: Bool
    /// What stands for full.
    public let largest: Float

    /// Refuses pictures that the file does not hold.
    public init(
        _ file: FileBytes, format: NumberFormat, start: Int, stride: Int? = nil, count: Int, channels: Int,
        plane: Plane,
        isByPixel: Bool = false
    ) throws(DataError) {
        let one = product([channels, plane.height, plane.width, format.size])
        guard (1...4).contains(channels), plane.height > 0, plane.width > 0, count > 0, let one,
            plane.count <= Limits.pixels, let all = product(stride ?? one, count), all <= file.count - start
        else {
            throw file.error(
                at: start, expected: "\(count) pictures of \(channels) channels, \(plane)",
                found: "\(file.count - start) bytes")
        }
        self.stride = stride ?? one
        (self.file, self.format, self.start, self.count) = (file, format, start, count)
        (self.channels, self.plane, self.isByPixel) = (channels, plane, isByPixel)
        largest = format.kind == .float ? 1 : Float(format.size == 1 ? 255 : 65535)
    }

    /// The same where something stands before each picture, which its stride leaves room for.
    public func shifted(by bytes: Int) -> PictureStack {
        var stack = self
        stack.start += bytes
        return stack
    }

    public func planes(_ index: Int) throws(DataError) -> [[Float]] {
        let count = plane.count
        let numbers = try file.borrow(start + index * stride, count * channels * format.size) { bytes in
            format.decode(bytes, as: Float.self)
        }
        return (0..<channels).map { channel in
            (0..<count).map { pixel in
                numbers[isByPixel ? pixel * channels + channel : channel * count + pixel] / largest
            }
        }
    }
}

/// Some stacks as one dataset.
public struct StackedPictures: Dataset {
    public let path: String
    public let format: String
    public let columns = PictureRow.columns
    public let files: [String]
    private let stacks: [PictureStack]
    private let rows: [PictureRow]
    /// The stack and the place in it of every picture.
    private let places: [(stack: Int, index: Int)]

    /// - Parameter parts: stacks with the classes of their pictures and their side, where that is said.
    public init(
        _ path: String, format: String, files: [String],
        parts: [(name: String, stack: PictureStack, classes: [String], side: Split?)]
    ) throws {
        (self.path, self.format, self.files) = (path, format, files)
        stacks = parts.map(\.stack)
        var rows: [PictureRow] = []
        var places: [(stack: Int, index: Int)] = []
        for (number, part) in parts.enumerated() {
            guard part.classes.count == part.stack.count else {
                throw DataError(
                    file: part.stack.file.name, expected: "a label for each of \(part.stack.count) pictures",
                    found: "\(part.classes.count)")
            }
            for (index, category) in part.classes.enumerated() {
                let name = "\(part.name)-\(index)"
                rows.append(
                    PictureRow(
                        name: name, category: category, tags: category, split: part.side ?? DrawnSide.side(of: name)))
                places.append((number, index))
            }
        }
        rows.drawDecidingSide()
        (self.rows, self.places) = (rows, places)
        guard !rows.isEmpty else { throw DataError(file: path, expected: "pictures", found: "none") }
    }

    public var count: Int { rows.count }
    public func metadata(_ index: Int) -> TraceMetadata { rows[index].metadata }
    public func name(_ index: Int) -> String { rows[index].name }
    public func rate(_ index: Int) -> Double? { nil }
    public func trace(_ index: Int) throws -> Trace {
        let stack = stacks[places[index].stack]
        return Trace(
            planes: try stack.planes(places[index].index), plane: stack.plane, name: rows[index].name,
            metadata: rows[index].metadata)
    }
}

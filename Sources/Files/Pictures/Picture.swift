/// A picture as its file has it: row after row from the top, the channels of a pixel side by side, each a whole number
/// from 0 to `largest`.
public struct Picture: Hashable, Sendable {
    public enum Values: Hashable, Sendable {
        case bytes([UInt8])
        case words([UInt16])

        public var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .words(let values): values.count
            }
        }
    }

    public let width: Int
    public let height: Int
    /// 1 grey, 2 grey and opacity, 3 red, green and blue, 4 those and opacity.
    public let channels: Int
    /// What stands for full: 255, 65535, or what the file says.
    public let largest: Int
    public let values: Values
    /// How the camera was held, as EXIF counts it: 1 upright, 3 upside down, 6 and 8 on its sides, the others in a
    /// mirror. The values are as stored.
    public let orientation: Int

    /// `nil` where the values are not as many as the sizes say.
    public init?(width: Int, height: Int, channels: Int, largest: Int = 255, values: Values, orientation: Int = 1) {
        guard width > 0, height > 0, (1...4).contains(channels), largest > 0,
            product([width, height, channels]) == values.count
        else { return nil }
        (self.width, self.height, self.channels, self.largest) = (width, height, channels, largest)
        (self.values, self.orientation) = (values, orientation)
    }

    /// Each channel by itself, row after row, from 0 to 1.
    public var planes: [[Float]] {
        switch values {
        case .bytes(let values): planes(of: values)
        case .words(let values): planes(of: values)
        }
    }

    private func planes<Number: BinaryInteger>(of values: [Number]) -> [[Float]] {
        let count = width * height
        let full = Float(largest)
        return (0..<channels).map { channel in
            [Float](unsafeUninitializedCapacity: count) { plane, written in
                var place = channel
                for pixel in 0..<count {
                    plane[pixel] = Float(values[place]) / full
                    place += channels
                }
                written = count
            }
        }
    }

    /// The picture as it was seen, whichever way the camera was held.
    public var upright: Picture {
        guard (2...8).contains(orientation) else { return self }
        return switch values {
        case .bytes(let values): turned(values) { .bytes($0) }
        case .words(let values): turned(values) { .words($0) }
        }
    }

    private func turned<Number>(_ values: [Number], _ wrap: ([Number]) -> Values) -> Picture {
        let liesOnItsSide = orientation >= 5
        let (wide, tall) = liesOnItsSide ? (height, width) : (width, height)
        var out: [Number] = []
        out.reserveCapacity(values.count)
        for row in 0..<tall {
            for column in 0..<wide {
                let (y, x) =
                    switch orientation {
                    case 2: (row, width - 1 - column)
                    case 3: (height - 1 - row, width - 1 - column)
                    case 4: (height - 1 - row, column)
                    case 5: (column, row)
                    case 6: (height - 1 - column, row)
                    case 7: (height - 1 - column, width - 1 - row)
                    default: (column, width - 1 - row)
                    }
                let start = (y * width + x) * channels
                out += values[start..<start + channels]
            }
        }
        return Picture(width: wide, height: tall, channels: channels, largest: largest, values: wrap(out)) ?? self
    }
}

extension Limits {
    /// The most pixels of a picture: 8192 by 8192.
    public static let pixels = 1 << 26

    /// Refuses sizes that no picture has, before anything of that size is asked for.
    static func checkPicture(_ width: Int, _ height: Int, at byte: Int, in file: FileBytes) throws(DataError) {
        guard width > 0, height > 0, let count = product(width, height), count <= pixels else {
            throw file.error(
                at: byte, expected: "a picture of 1 to \(pixels) pixels", found: "one of \(width) by \(height)")
        }
    }
}

/// Pictures of any format that is read here, told apart by their first bytes.
public enum PictureFile {
    public enum Format: String, CaseIterable, Sendable {
        case png, jpeg, pnm
    }

    /// Endings of the names of files that hold pictures.
    public static let endings = ["png", "jpg", "jpeg", "jpe", "ppm", "pgm", "pbm", "pnm"]

    public static func format(_ file: FileBytes) -> Format? {
        if file.matches(PNG.signature, at: 0) { return .png }
        if file.matches([0xFF, 0xD8, 0xFF], at: 0) { return .jpeg }
        guard file.matches([UInt8(ascii: "P")], at: 0), let kind = try? file.byte(1) else { return nil }
        return (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(kind) ? .pnm : nil
    }

    public static func read(_ path: String) throws(DataError) -> Picture { try read(FileBytes(mapping: path)) }

    public static func read(_ file: FileBytes) throws(DataError) -> Picture {
        switch format(file) {
        case .png: return try PNG.read(file)
        case .jpeg: return try JPEG.read(file)
        case .pnm: return try PNM.read(file)
        case nil: throw file.error(at: 0, expected: "a picture: PNG, JPEG, PPM, PGM or PBM", found: "other bytes")
        }
    }
}

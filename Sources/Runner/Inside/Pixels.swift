import Files
import Foundation

/// A picture of signed numbers as an indexed PNG: one byte a cell, so that a map of a hundred thousand cells weighs a
/// hundred kilobytes. Strength is opacity, so that it stands on light and on dark paper.
struct Pixels {
    private let rows: Int
    private let columns: Int
    private var bytes: [UInt8]
    /// Steps of strength to either side of nothing.
    private static let steps = 100

    init(rows: Int, columns: Int) {
        (self.rows, self.columns) = (max(1, rows), max(1, columns))
        // Each row begins with its filter, which is none.
        bytes = [UInt8](repeating: UInt8(Self.steps), count: self.rows * (self.columns + 1))
        for row in 0..<self.rows { bytes[row * (self.columns + 1)] = 0 }
    }

    /// - `strength`: from −1 to 1.
    mutating func set(_ row: Int, _ column: Int, _ strength: Double) {
        guard (0..<rows).contains(row), (0..<columns).contains(column), strength.isFinite else { return }
        let step = Int((max(-1, min(1, strength)) * Double(Self.steps)).rounded())
        bytes[row * (columns + 1) + 1 + column] = UInt8(Self.steps + step)
    }

    /// As an address that needs no file.
    var address: String { "data:image/png;base64," + Data(png).base64EncodedString() }

    private var png: [UInt8] {
        let size = Self.big(UInt32(columns)) + Self.big(UInt32(rows))
        let cells = 2 * Self.steps + 1
        // Red below nothing, blue above.
        let palette = (0..<cells).flatMap { $0 < Self.steps ? [0xD2, 0x4B, 0x1E] as [UInt8] : [0x1F, 0x77, 0xB8] }
        let opacity = (0..<cells).map { UInt8(min(255, abs($0 - Self.steps) * 255 / Self.steps)) }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", size + [8, 3, 0, 0, 0])
            + Self.chunk("PLTE", palette) + Self.chunk("tRNS", opacity) + Self.chunk("IDAT", Self.stored(bytes))
            + Self.chunk("IEND", [])
    }

    private static func big(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + contents
        return big(UInt32(contents.count)) + body + big(CRC32.checksum(body))
    }

    /// A zlib stream that packs nothing.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        var first = 0
        repeat {
            let last = min(bytes.count, first + 65_535), count = UInt16(last - first)
            out += [last == bytes.count ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
            out += [UInt8(~count & 255), UInt8(~count >> 8)] + bytes[first..<last]
            first = last
        } while first < bytes.count
        var (a, b) = (UInt32(1), UInt32(0))
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return out + big(b << 16 | a)
    }
}

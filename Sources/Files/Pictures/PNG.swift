/// PNG (RFC 2083, ISO/IEC 15948): every kind of colour, every depth, interlaced or not. Palettes become colours,
/// colours that stand for nothing become an opacity, and less than eight bits are spread to eight.
public enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// What the first chunk says.
    struct Header {
        enum Colour: Int {
            case grey = 0
            case rgb = 2
            case palette = 3
            case greyAlpha = 4
            case rgba = 6
        }
        var width = 0
        var height = 0
        var depth = 8
        var colour = Colour.grey
        var isInterlaced = false

        /// Numbers a pixel, as they are stored.
        var stored: Int {
            switch colour {
            case .grey, .palette: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }
        var bitsPerPixel: Int { stored * depth }
        func rowBytes(_ width: Int) -> Int { (width * bitsPerPixel + 7) / 8 }

        /// The pixels that lie together in the file: all of them, or those of each of Adam's seven passes.
        var passes: [Pass] {
            let all = isInterlaced ? Pass.adam7 : [Pass(x: 0, y: 0, stepX: 1, stepY: 1)]
            return all.compactMap { pass in
                var pass = pass
                pass.width = (width - pass.x + pass.stepX - 1) / pass.stepX
                pass.height = (height - pass.y + pass.stepY - 1) / pass.stepY
                return pass.width > 0 && pass.height > 0 ? pass : nil
            }
        }
        /// Bytes of all rows, each with the byte that names its filter.
        var rawCount: Int { passes.reduce(0) { $0 + $1.height * (1 + rowBytes($1.width)) } }
    }

    /// Every so many pixels from a first one.
    struct Pass {
        var x: Int
        var y: Int
        var stepX: Int
        var stepY: Int
        var width = 0
        var height = 0

        static let adam7 = [
            Pass(x: 0, y: 0, stepX: 8, stepY: 8), Pass(x: 4, y: 0, stepX: 8, stepY: 8),
            Pass(x: 0, y: 4, stepX: 4, stepY: 8), Pass(x: 2, y: 0, stepX: 4, stepY: 4),
            Pass(x: 0, y: 2, stepX: 2, stepY: 4), Pass(x: 1, y: 0, stepX: 2, stepY: 2),
            Pass(x: 0, y: 1, stepX: 1, stepY: 2),
        ]
    }

    public static func read(_ file: FileBytes) throws(DataError) -> Picture {
        let chunks = try Chunks(file)
        let header = chunks.header
        let expected = header.rawCount
        // Deflate makes at most so much of a byte: whoever claims more is refused before memory is asked for.
        guard expected <= chunks.packed.count * Limits.inflateRatio else {
            throw file.error(
                at: 16, expected: "a picture of \(header.width) by \(header.height)",
                found: "\(chunks.packed.count) bytes, which cannot hold it")
        }
        var raw: [UInt8]
        do throws(Inflate.Malformed) {
            raw = try chunks.packed.withUnsafeBufferPointer { bytes throws(Inflate.Malformed) in
                try Inflate.unpackZlib(UnsafeRawBufferPointer(bytes), limit: expected)
            }
        } catch {
            throw file.error(
                at: nil, expected: error.expected + " (byte \(error.byte) of the packed rows)", found: error.found)
        }
        guard raw.count == expected else {
            throw file.error(at: nil, expected: "\(expected) bytes of rows", found: "\(raw.count)")
        }
        var start = 0
        for pass in header.passes {
            try unfilter(&raw, from: start, pass, header, file)
            start += pass.height * (1 + header.rowBytes(pass.width))
        }
        return try Pixels(chunks).picture(raw, file)
    }

    /// Undoes the filters of a pass: each byte is what it differs by from its neighbours left, above, and both.
    private static func unfilter(
        _ raw: inout [UInt8], from start: Int, _ pass: Pass, _ header: Header, _ file: FileBytes
    ) throws(DataError) {
        let count = header.rowBytes(pass.width)
        let step = max(1, header.bitsPerPixel / 8)
        var above = [UInt8](repeating: 0, count: count)
        for row in 0..<pass.height {
            let filter = raw[start + row * (count + 1)]
            let first = start + row * (count + 1) + 1
            switch filter {
            case 0: break
            case 1: for index in step..<max(step, count) { raw[first + index] &+= raw[first + index - step] }
            case 2: for index in 0..<count { raw[first + index] &+= above[index] }
            case 3:
                for index in 0..<count {
                    let left = index >= step ? Int(raw[first + index - step]) : 0
                    raw[first + index] &+= UInt8((left + Int(above[index])) / 2)
                }
            case 4:
                for index in 0..<count {
                    let left = index >= step ? Int(raw[first + index - step]) : 0
                    let corner = index >= step ? Int(above[index - step]) : 0
                    raw[first + index] &+= paeth(left, Int(above[index]), corner)
                }
            default:
                throw file.error(at: nil, expected: "a filter from 0 to 4 in row \(row)", found: "\(filter)")
            }
            for index in 0..<count { above[index] = raw[first + index] }
        }
    }

    /// Of three neighbours the one nearest to left + above - corner.
    @inline(__always)
    private static func paeth(_ left: Int, _ above: Int, _ corner: Int) -> UInt8 {
        let (a, b, c) = (abs(above - corner), abs(left - corner), abs(left + above - 2 * corner))
        return UInt8(truncatingIfNeeded: a <= b && a <= c ? left : b <= c ? above : corner)
    }
}

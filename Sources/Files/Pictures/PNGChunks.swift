extension PNG {
    /// The chunks of a file that matter, each held against its checksum.
    struct Chunks {
        private(set) var header = Header()
        /// Red, green and blue of each colour of a palette.
        private(set) var palette: [UInt8] = []
        /// What stands for nothing: an opacity for each colour of a palette, or one colour.
        private(set) var transparency: [UInt8] = []
        /// The rows, packed.
        private(set) var packed: [UInt8] = []

        init(_ file: FileBytes) throws(DataError) {
            guard file.matches(PNG.signature, at: 0) else {
                throw file.error(at: 0, expected: "the eight first bytes of PNG", found: "other bytes")
            }
            var reader = try ByteReader(file, at: PNG.signature.count, bigEndian: true)
            var isFirst = true
            while true {
                let start = reader.offset
                let count = try reader.u32()
                let name = try reader.text(4)
                let contents = reader.offset
                try reader.skip(count)
                let stated = try reader.integer(UInt32.self)
                let checked = try file.bytes(start + 4, count + 4)
                guard CRC32.checksum(checked) == stated else {
                    throw file.error(at: start, expected: "the checksum of chunk \(name)", found: "another")
                }
                guard isFirst == (name == "IHDR") else {
                    throw file.error(at: start, expected: "IHDR first and once", found: name)
                }
                isFirst = false
                if name == "IEND" { break }
                try take(name, at: contents, count, file)
            }
            guard !packed.isEmpty else { throw file.error(at: nil, expected: "rows in IDAT", found: "none") }
            guard header.colour != .palette || !palette.isEmpty else {
                throw file.error(at: nil, expected: "a palette", found: "none")
            }
        }

        private mutating func take(
            _ name: String, at offset: Int, _ count: Int, _ file: FileBytes
        ) throws(DataError) {
            switch name {
            case "IHDR": header = try Header(file, at: offset, count)
            case "IDAT": packed += try file.bytes(offset, count)
            case "PLTE":
                guard count % 3 == 0, (3...768).contains(count) else {
                    throw file.error(at: offset, expected: "1 to 256 colours", found: "\(count) bytes")
                }
                palette = try file.bytes(offset, count)
            case "tRNS":
                guard count <= 256 else {
                    throw file.error(at: offset, expected: "at most 256 opacities", found: "\(count)")
                }
                transparency = try file.bytes(offset, count)
            default:
                // A capital first letter says that a picture cannot be understood without the chunk.
                guard let first = name.utf8.first, first & 0x20 != 0 else {
                    throw file.error(at: offset - 4, expected: "a chunk that is known", found: "'\(name)'")
                }
            }
        }
    }
}

extension PNG.Header {
    init(_ file: FileBytes, at offset: Int, _ count: Int) throws(DataError) {
        var reader = try ByteReader(file, at: offset, count: count, bigEndian: true)
        width = try reader.u32()
        height = try reader.u32()
        try Limits.checkPicture(width, height, at: offset, in: file)
        depth = try reader.u8()
        let code = try reader.u8()
        guard let known = Colour(rawValue: code) else {
            throw file.error(at: offset + 9, expected: "a kind of colour: 0, 2, 3, 4 or 6", found: "\(code)")
        }
        colour = known
        let depths =
            switch colour {
            case .grey: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            default: [8, 16]
            }
        guard depths.contains(depth) else {
            throw file.error(at: offset + 8, expected: "one of \(depths) bits", found: "\(depth)")
        }
        let ways = (try reader.u8(), try reader.u8(), try reader.u8())
        guard ways.0 == 0, ways.1 == 0, ways.2 <= 1 else {
            throw file.error(at: offset + 10, expected: "deflate, five filters, Adam7 or none", found: "another way")
        }
        isInterlaced = ways.2 == 1
    }
}

extension PNG {
    /// What rows of bits become.
    struct Pixels {
        private let header: Header
        private let palette: [UInt8]
        private let opacities: [UInt8]
        /// The stored numbers of the colour that stands for nothing.
        private let nothing: [Int]

        init(_ chunks: Chunks) {
            header = chunks.header
            palette = chunks.palette
            opacities = header.colour == .palette ? chunks.transparency : []
            let numbers = stride(from: 0, to: chunks.transparency.count - 1, by: 2).map {
                Int(chunks.transparency[$0]) << 8 | Int(chunks.transparency[$0 + 1])
            }
            let takesOne = header.colour == .grey || header.colour == .rgb
            nothing = takesOne && numbers.count == header.stored ? numbers : []
        }

        private var channels: Int {
            switch header.colour {
            case .palette: opacities.isEmpty ? 3 : 4
            default: header.stored + (nothing.isEmpty ? 0 : 1)
            }
        }

        func picture(_ raw: [UInt8], _ file: FileBytes) throws(DataError) -> Picture {
            let count = header.width * header.height * channels
            var values: Picture.Values
            if header.depth == 16 {
                var words = [UInt16](repeating: 0, count: count)
                try place(raw, file) { words[$0] = UInt16(truncatingIfNeeded: $1) }
                values = .words(words)
            } else {
                var bytes = [UInt8](repeating: 0, count: count)
                try place(raw, file) { bytes[$0] = UInt8(truncatingIfNeeded: $1) }
                values = .bytes(bytes)
            }
            guard
                let picture = Picture(
                    width: header.width, height: header.height, channels: channels,
                    largest: header.depth == 16 ? 65535 : 255, values: values)
            else { throw file.error(at: nil, expected: "\(count) numbers", found: "\(values.count)") }
            return picture
        }

        /// Puts every number of every pixel where it belongs.
        @inline(__always)
        private func place(
            _ raw: [UInt8], _ file: FileBytes, _ put: (_ place: Int, _ value: Int) -> Void
        ) throws(DataError) {
            let channels = channels
            var start = 0
            for pass in header.passes {
                let rowBytes = header.rowBytes(pass.width)
                for row in 0..<pass.height {
                    let first = start + row * (rowBytes + 1) + 1
                    let y = pass.y + row * pass.stepY
                    for column in 0..<pass.width {
                        let pixel = y * header.width + pass.x + column * pass.stepX
                        try spread(raw, first, column, pixel * channels, file, put)
                    }
                }
                start += pass.height * (rowBytes + 1)
            }
        }

        /// One pixel of a row.
        @inline(__always)
        private func spread(
            _ raw: [UInt8], _ first: Int, _ column: Int, _ place: Int, _ file: FileBytes,
            _ put: (_ place: Int, _ value: Int) -> Void
        ) throws(DataError) {
            if header.colour == .palette {
                let index = number(raw, first, column)
                guard 3 * index + 2 < palette.count else {
                    throw file.error(
                        at: nil, expected: "one of the palette's \(palette.count / 3) colours", found: "\(index)")
                }
                for channel in 0..<3 { put(place + channel, Int(palette[3 * index + channel])) }
                if !opacities.isEmpty { put(place + 3, index < opacities.count ? Int(opacities[index]) : 255) }
                return
            }
            var isNothing = !nothing.isEmpty
            for channel in 0..<header.stored {
                let stored = number(raw, first, column * header.stored + channel)
                if isNothing { isNothing = stored == nothing[channel] }
                put(place + channel, stored * scale)
            }
            if !nothing.isEmpty { put(place + header.stored, isNothing ? 0 : full) }
        }

        private var full: Int { header.depth == 16 ? 65535 : 255 }
        /// From the few bits of a number to eight.
        private var scale: Int { header.depth < 8 ? 255 / (1 << header.depth - 1) : 1 }

        @inline(__always)
        private func number(_ raw: [UInt8], _ first: Int, _ index: Int) -> Int {
            switch header.depth {
            case 8: return Int(raw[first + index])
            case 16: return Int(raw[first + 2 * index]) << 8 | Int(raw[first + 2 * index + 1])
            default:
                let bit = index * header.depth
                let byte = Int(raw[first + bit / 8])
                return byte >> (8 - header.depth - bit % 8) & (1 << header.depth - 1)
            }
        }
    }
}

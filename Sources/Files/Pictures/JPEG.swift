/// JPEG (ITU-T T.81): baseline, extended and progressive pictures of eight bits by Huffman's codes, grey or coloured,
/// with restarts and any whole sampling. Its numbers are those of the decoders that everybody has: one whole-number
/// transform, the same smooth enlargement of coarser colour, the same conversion into red, green, and blue.
public enum JPEG {
    public static func read(_ file: FileBytes) throws(DataError) -> Picture {
        var decoder = try Decoder(file)
        try decoder.readAll()
        return try decoder.picture()
    }

    /// One of the picture's colours, as the frame says it.
    struct Component {
        var name: Int
        /// How often it is sampled where the coarsest is sampled once.
        var h: Int
        var v: Int
        var table: Int
        /// Samples of its own.
        var width = 0
        var height = 0
        /// Blocks that hold a sample of the picture.
        var blocksWide = 0
        var blocksTall = 0
        /// Blocks that are stored: whole groups, as interleaved scans have them.
        var storedWide = 0
        var storedTall = 0
        /// Of every stored block, 64 in the order of rows.
        var coefficients: [Int16] = []
        /// Divisors of the coefficients, as they were when the first scan of the component began.
        var divisors: [Int]?
        /// How many low bits of each coefficient are still to come; `nil` where nothing came.
        var bitsLeft: [Int?] = Array(repeating: nil, count: 64)
        var blocks: Int { blocksWide * blocksTall }
    }

    struct Frame {
        var isProgressive = false
        var width = 0
        var height = 0
        var components: [Component] = []
        var most: (h: Int, v: Int) = (1, 1)
        /// Groups of blocks that interleaved scans go through.
        var groupsWide = 0
        var groupsTall = 0
    }

    /// From the order of frequencies in the file to the order of rows.
    static let zigzag: [Int] = {
        var order: [Int] = []
        for sum in 0..<15 {
            let line = (max(0, sum - 7)...min(7, sum)).map { sum % 2 == 0 ? (sum - $0, $0) : ($0, sum - $0) }
            order += line.map { $0.0 * 8 + $0.1 }
        }
        return order
    }()

    /// What a file has told so far.
    struct Decoder {
        let file: FileBytes
        let bytes: [UInt8]
        var place = 2
        var frame = Frame()
        var hasFrame = false
        var divisors: [[Int]?] = [nil, nil, nil, nil]
        var codes: (dc: [HuffmanCode?], ac: [HuffmanCode?]) = ([nil, nil, nil, nil], [nil, nil, nil, nil])
        var restartInterval = 0
        var hasJFIF = false
        /// Adobe's word on colours: 0 as they are, 1 with brightness apart, 2 four of them with brightness apart.
        var adobe: Int?
        var orientation = 1
        /// How often a block was gone through: what a file may cost is bounded.
        var visited = 0
        var scans = 0

        init(_ file: FileBytes) throws(DataError) {
            guard file.matches([0xFF, 0xD8], at: 0) else {
                throw file.error(at: 0, expected: "the two first bytes of JPEG", found: "other bytes")
            }
            self.file = file
            bytes = try file.bytes(0, file.count)
        }

        /// Goes from marker to marker to the end of the picture.
        mutating func readAll() throws(DataError) {
            while true {
                let marker = try nextMarker()
                if marker == 0xD9 { break }
                if marker <= 0x01 || (0xD0...0xD7).contains(marker) { continue }
                let count = try part(at: place)
                let start = place + 2
                place += count
                try take(marker, start..<place)
                if marker == 0xDA { try scan(start..<place) }
            }
            guard hasFrame, scans > 0 else {
                throw file.error(at: place, expected: "a picture", found: "the end before it")
            }
        }

        /// Bytes between segments only fill.
        private mutating func nextMarker() throws(DataError) -> Int {
            while place < bytes.count, bytes[place] != 0xFF { place += 1 }
            while place < bytes.count, bytes[place] == 0xFF { place += 1 }
            guard place < bytes.count else {
                throw file.error(at: place, expected: "a marker", found: "the end of the file")
            }
            place += 1
            return Int(bytes[place - 1])
        }

        private func part(at offset: Int) throws(DataError) -> Int {
            let count = Int(try file.integer(offset, as: UInt16.self, bigEndian: true))
            guard count >= 2, file.contains(offset, count) else {
                throw file.error(at: offset, expected: "a segment within the file", found: "\(count) bytes")
            }
            return count
        }

        private mutating func take(_ marker: Int, _ segment: Range<Int>) throws(DataError) {
            switch marker {
            case 0xC0, 0xC1, 0xC2: try readFrame(segment, isProgressive: marker == 0xC2)
            case 0xC4: try readCodes(segment)
            case 0xDB: try readDivisors(segment)
            case 0xDD: restartInterval = try u16(segment.lowerBound, segment)
            case 0xE0: hasJFIF = hasJFIF || file.matches(Array("JFIF\0".utf8), at: segment.lowerBound)
            case 0xE1: orientation = EXIF.orientation(bytes[segment]) ?? orientation
            case 0xEE where file.matches(Array("Adobe".utf8), at: segment.lowerBound) && segment.count >= 12:
                adobe = Int(bytes[segment.lowerBound + 11])
            case 0xC3, 0xC5...0xC7, 0xC8...0xCB, 0xCD...0xCF, 0xCC, 0xDC, 0xDE, 0xDF:
                throw file.error(
                    at: segment.lowerBound - 4, expected: "baseline or progressive JPEG with Huffman's codes",
                    found: Decoder.kind(marker))
            default: break
            }
        }

        private static func kind(_ marker: Int) -> String {
            switch marker {
            case 0xC3, 0xC7, 0xCB, 0xCF: "lossless JPEG"
            case 0xC9, 0xCA, 0xCC, 0xCD: "arithmetic coding"
            case 0xDC: "a height that comes after the picture"
            default: "hierarchical JPEG"
            }
        }

        func u8(_ offset: Int, _ segment: Range<Int>) throws(DataError) -> Int {
            guard segment.contains(offset) else {
                throw file.error(at: offset, expected: "more of this segment", found: "its end")
            }
            return Int(bytes[offset])
        }
        func u16(_ offset: Int, _ segment: Range<Int>) throws(DataError) -> Int {
            try u8(offset, segment) << 8 | u8(offset + 1, segment)
        }
    }
}

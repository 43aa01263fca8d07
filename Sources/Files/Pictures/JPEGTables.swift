extension JPEG.Decoder {
    /// The frame: sizes, and how each colour is sampled.
    mutating func readFrame(_ segment: Range<Int>, isProgressive: Bool) throws(DataError) {
        let start = segment.lowerBound
        guard !hasFrame else { throw file.error(at: start, expected: "one frame", found: "a second one") }
        guard try u8(start, segment) == 8 else {
            throw file.error(at: start, expected: "eight bits a sample", found: "\(try u8(start, segment))")
        }
        frame.isProgressive = isProgressive
        frame.height = try u16(start + 1, segment)
        frame.width = try u16(start + 3, segment)
        try Limits.checkPicture(frame.width, frame.height, at: start + 1, in: file)
        let count = try u8(start + 5, segment)
        guard count == 1 || count == 3 else {
            throw file.error(
                at: start + 5, expected: "one colour or three",
                found: count == 4 ? "four, the inks of a printer (CMYK): save it as RGB" : "\(count)")
        }
        for index in 0..<count {
            let entry = start + 6 + 3 * index
            let sampling = try u8(entry + 1, segment)
            let table = try u8(entry + 2, segment)
            let component = JPEG.Component(
                name: try u8(entry, segment), h: sampling >> 4, v: sampling & 15, table: table)
            guard (1...4).contains(component.h), (1...4).contains(component.v), table < 4,
                !frame.components.contains(where: { $0.name == component.name })
            else { throw file.error(at: entry, expected: "a colour sampled 1 to 4 times", found: "another one") }
            frame.components.append(component)
        }
        try layOut(at: start)
        hasFrame = true
    }

    /// Where blocks lie. A block costs a bit at least, so the file's own size bounds how many are believed.
    private mutating func layOut(at start: Int) throws(DataError) {
        if frame.components.count == 1 { (frame.components[0].h, frame.components[0].v) = (1, 1) }
        let most = (
            h: frame.components.reduce(1) { max($0, $1.h) }, v: frame.components.reduce(1) { max($0, $1.v) }
        )
        frame.most = most
        frame.groupsWide = (frame.width + 8 * most.h - 1) / (8 * most.h)
        frame.groupsTall = (frame.height + 8 * most.v - 1) / (8 * most.v)
        var blocks = 0
        for index in frame.components.indices {
            var component = frame.components[index]
            guard most.h % component.h == 0, most.v % component.v == 0 else {
                throw file.error(
                    at: start, expected: "colours sampled a whole number of times less than others",
                    found: "\(component.h) by \(component.v) beside \(most.h) by \(most.v)")
            }
            component.width = (frame.width * component.h + most.h - 1) / most.h
            component.height = (frame.height * component.v + most.v - 1) / most.v
            component.blocksWide = (component.width + 7) / 8
            component.blocksTall = (component.height + 7) / 8
            component.storedWide = frame.groupsWide * component.h
            component.storedTall = frame.groupsTall * component.v
            blocks += component.storedWide * component.storedTall
            frame.components[index] = component
        }
        guard blocks / 8 <= file.count else {
            throw file.error(
                at: start, expected: "a picture that \(file.count) bytes can hold",
                found: "one of \(frame.width) by \(frame.height)")
        }
        for index in frame.components.indices {
            let component = frame.components[index]
            frame.components[index].coefficients = [Int16](
                repeating: 0, count: 64 * component.storedWide * component.storedTall)
        }
    }

    mutating func readDivisors(_ segment: Range<Int>) throws(DataError) {
        var offset = segment.lowerBound
        while offset < segment.upperBound {
            let head = try u8(offset, segment)
            let isWide = head >> 4 == 1
            guard head >> 4 <= 1, head & 15 < 4 else {
                throw file.error(at: offset, expected: "one of four tables of divisors", found: "\(head)")
            }
            offset += 1
            var table = [Int](repeating: 1, count: 64)
            for place in JPEG.zigzag {
                table[place] = isWide ? try u16(offset, segment) : try u8(offset, segment)
                offset += isWide ? 2 : 1
            }
            divisors[head & 15] = table
        }
    }

    mutating func readCodes(_ segment: Range<Int>) throws(DataError) {
        var offset = segment.lowerBound
        while offset < segment.upperBound {
            let head = try u8(offset, segment)
            guard head >> 4 <= 1, head & 15 < 4 else {
                throw file.error(at: offset, expected: "one of four tables of codes", found: "\(head)")
            }
            var counts: [Int] = []
            for length in 1...16 { counts.append(try u8(offset + length, segment)) }
            let total = counts.reduce(0, +)
            guard total <= 256, offset + 17 + total <= segment.upperBound else {
                throw file.error(at: offset, expected: "at most 256 codes within the segment", found: "\(total)")
            }
            let values = Array(bytes[offset + 17..<offset + 17 + total])
            guard let code = JPEG.HuffmanCode(counts: counts, values: values) else {
                throw file.error(at: offset, expected: "codes that can be told apart", found: "more than there are")
            }
            if head >> 4 == 0 { codes.dc[head & 15] = code } else { codes.ac[head & 15] = code }
            offset += 17 + total
        }
    }
}

/// The one thing in a camera's notes that changes what one sees.
enum EXIF {
    /// How the camera was held; `nil` where the notes do not say or make no sense.
    static func orientation(_ segment: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(segment)
        guard bytes.starts(with: Array("Exif\0\0".utf8)), bytes.count >= 14 else { return nil }
        let tiff = Array(bytes[6...])
        let isBig: Bool
        switch (tiff[0], tiff[1]) {
        case (0x4D, 0x4D): isBig = true
        case (0x49, 0x49): isBig = false
        default: return nil
        }
        func u16(_ offset: Int) -> Int? {
            guard offset >= 0, offset + 2 <= tiff.count else { return nil }
            let (a, b) = (Int(tiff[offset]), Int(tiff[offset + 1]))
            return isBig ? a << 8 | b : b << 8 | a
        }
        func u32(_ offset: Int) -> Int? {
            guard let a = u16(offset), let b = u16(offset + 2) else { return nil }
            return isBig ? a << 16 | b : b << 16 | a
        }
        guard u16(2) == 42, let directory = u32(4), let count = u16(directory) else { return nil }
        for entry in 0..<count {
            let start = directory + 2 + 12 * entry
            guard let tag = u16(start) else { return nil }
            if tag == 0x0112 { return u16(start + 8).flatMap { (1...8).contains($0) ? $0 : nil } }
        }
        return nil
    }
}

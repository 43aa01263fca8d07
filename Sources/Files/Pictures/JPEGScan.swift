extension JPEG.Decoder {
    /// One pass over some colours: which of them, which frequencies, and which of their bits.
    struct Scan {
        var components: [(index: Int, dc: Int, ac: Int)] = []
        var band = 0...63
        /// The bit that came before, or 0; and the one that is the lowest now.
        var before = 0
        var low = 0
    }

    mutating func scan(_ segment: Range<Int>) throws(DataError) {
        guard hasFrame else {
            throw file.error(at: segment.lowerBound, expected: "a frame before its scan", found: "none")
        }
        let scan = try header(segment)
        try check(scan, at: segment.lowerBound)
        scans += 1
        var blocks = JPEG.BlockReader(
            scan, isProgressive: frame.isProgressive, dc: scan.components.map { codes.dc[$0.dc] },
            ac: scan.components.map { codes.ac[$0.ac] })
        try run(scan, &blocks)
    }

    private func header(_ segment: Range<Int>) throws(DataError) -> Scan {
        let start = segment.lowerBound
        let count = try u8(start, segment)
        guard (1...frame.components.count).contains(count) else {
            throw file.error(at: start, expected: "a scan of 1 to \(frame.components.count) colours", found: "\(count)")
        }
        var scan = Scan()
        for entry in 0..<count {
            let name = try u8(start + 1 + 2 * entry, segment)
            let tables = try u8(start + 2 + 2 * entry, segment)
            guard let index = frame.components.firstIndex(where: { $0.name == name }),
                !scan.components.contains(where: { $0.index == index }), tables >> 4 < 4, tables & 15 < 4
            else { throw file.error(at: start + 1, expected: "colours of the frame, each once", found: "\(name)") }
            scan.components.append((index, tables >> 4, tables & 15))
        }
        let rest = start + 1 + 2 * count
        let (first, last, bits) = (try u8(rest, segment), try u8(rest + 1, segment), try u8(rest + 2, segment))
        guard frame.isProgressive else { return scan }
        guard first <= last, last < 64, first > 0 || last == 0, first == 0 || count == 1, bits & 15 <= 13,
            bits >> 4 == 0 || bits >> 4 == bits & 15 + 1
        else { throw file.error(at: rest, expected: "a band of frequencies and its bits", found: "none that can be") }
        (scan.band, scan.before, scan.low) = (first...last, bits >> 4, bits & 15)
        return scan
    }

    /// How often the blocks of a picture may be gone through; programs that write progressive pictures take ten.
    private static let mostVisits = 100

    /// Refuses what comes twice or before its time, and what costs more than any picture does.
    private mutating func check(_ scan: Scan, at start: Int) throws(DataError) {
        let all = frame.components.reduce(0) { $0 + $1.storedWide * $1.storedTall }
        for (index, _, _) in scan.components {
            visited += frame.components[index].storedWide * frame.components[index].storedTall
            guard let table = divisors[frame.components[index].table] else {
                throw file.error(at: start, expected: "divisors before the scan", found: "none")
            }
            frame.components[index].divisors = frame.components[index].divisors ?? table
            for place in scan.band {
                let left = frame.components[index].bitsLeft[place]
                guard scan.before == 0 ? left == nil : left == scan.before else {
                    throw file.error(at: start, expected: "bits that are still to come", found: "others")
                }
                frame.components[index].bitsLeft[place] = scan.low
            }
        }
        guard visited <= Self.mostVisits * all else {
            throw file.error(at: start, expected: "a picture in at most \(Self.mostVisits) passes", found: "more")
        }
    }

    /// Goes through the blocks of a scan in their order.
    private mutating func run(_ scan: Scan, _ blocks: inout JPEG.BlockReader) throws(DataError) {
        let own = scan.components.map { frame.components[$0.index] }
        let isAlone = own.count == 1
        let groups = isAlone ? own[0].blocks : frame.groupsWide * frame.groupsTall
        let interval = restartInterval
        var taken = scan.components.map { entry in
            var values: [Int16] = []
            swap(&values, &frame.components[entry.index].coefficients)
            return values
        }
        let groupsWide = frame.groupsWide
        let first = place
        let failure: String? = bytes.withUnsafeBufferPointer { bytes in
            var reader = JPEG.BitReader(bytes, at: first)
            defer { place = reader.place }
            for group in 0..<groups {
                if interval > 0, group > 0, group % interval == 0 {
                    guard reader.restart() else { return "no restart where one is due" }
                    blocks.restart()
                }
                for index in own.indices {
                    let component = own[index]
                    let (wide, tall) = isAlone ? (1, 1) : (component.h, component.v)
                    for y in 0..<tall {
                        for x in 0..<wide {
                            let row = isAlone ? group / component.blocksWide : group / groupsWide * tall + y
                            let column = isAlone ? group % component.blocksWide : group % groupsWide * wide + x
                            let block = 64 * (row * component.storedWide + column)
                            guard blocks.read(&reader, &taken[index], block, component: index) else {
                                return "bits that are no code"
                            }
                        }
                    }
                }
                if reader.isOver { return "the end of the scan after \(group) of \(groups) groups" }
            }
            return nil
        }
        for (place, entry) in scan.components.enumerated() { frame.components[entry.index].coefficients = taken[place] }
        if let failure { throw file.error(at: place, expected: "the blocks of a scan", found: failure) }
    }
}

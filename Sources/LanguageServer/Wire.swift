import GraphIR

/// Bytes to messages: a header that says how many bytes follow, and then those.
struct Wire {
    /// Why nothing on this wire can be understood any more.
    enum Fault: Error, Hashable {
        case noLength, badLength(String), tooLong(Int), endlessHeader
    }

    private var bytes: [UInt8] = []
    private var start = 0
    /// How far the end of the header was looked for already.
    private var seen = 0

    /// No message is longer; a text has at most a mebibyte, and an editor may send ten of them by mistake.
    static let longestMessage = 1 << 26
    static let longestHeader = 1 << 14

    mutating func feed(_ new: some Sequence<UInt8>) { bytes += new }

    /// The next message that is there whole; `nil` while it is not.
    mutating func next() throws(Fault) -> [UInt8]? {
        guard let end = headerEnd() else {
            if bytes.count - start > Wire.longestHeader { throw .endlessHeader }
            return nil
        }
        let length = try Wire.length(bytes[start..<end])
        guard bytes.count - end - 4 >= length else { return nil }
        let body = Array(bytes[end + 4..<end + 4 + length])
        start = end + 4 + length
        seen = start
        if start == bytes.count || start > 1 << 20 {
            bytes.removeSubrange(0..<start)
            (start, seen) = (0, 0)
        }
        return body
    }

    private mutating func headerEnd() -> Int? {
        var index = max(start, seen - 3)
        while index + 3 < bytes.count {
            if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D, bytes[index + 3] == 0x0A {
                return index
            }
            index += 1
            if index - start > Wire.longestHeader { return nil }
        }
        seen = bytes.count
        return nil
    }

    /// Names are read in any case, and other headers passed over.
    private static func length(_ header: ArraySlice<UInt8>) throws(Fault) -> Int {
        let lines = String(decoding: header, as: UTF8.self).split(whereSeparator: { $0 == "\r\n" || $0 == "\n" })
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            guard let length = Int(parts[1]), length >= 0 else { throw .badLength(String(parts[1].prefix(40))) }
            guard length <= longestMessage else { throw .tooLong(length) }
            return length
        }
        throw .noLength
    }

    /// A message as it goes over the wire.
    static func framed(_ message: JSON) -> [UInt8] {
        let body = Array(message.text().utf8)
        return Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }
}

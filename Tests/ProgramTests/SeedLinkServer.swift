import Foundation

/// A server of SeedLink for tests, of versions 3 and 4: it serves records of files in order of their end, and can be
/// told to cut lines in the middle of packets, to hold packets back, to send them twice and to leave some out.
final class SeedLinkServer: @unchecked Sendable {
    struct Record {
        var bytes: [UInt8]
        var network, station: String
        /// Seconds.
        var begin: Double
        var name: String { "\(network)_\(station)" }
    }
    struct Habits {
        var version = 4
        /// Lines are cut in the middle of these packets, each once.
        var cuts: [Int] = []
        /// Every so manyth packet comes twice.
        var doubles = 0
        /// Every so manyth packet comes so many packets later.
        var late: (every: Int, by: Int) = (0, 0)
        /// Every so manyth packet never comes.
        var holes = 0
        /// Microseconds between packets.
        var pause: UInt32 = 0
    }
    /// The records that are sent, in their order, without those that come twice.
    private(set) var records: [Record]
    private var packets: [Record]
    private let habits: Habits
    private let listener: Int32
    let port: Int
    private let lock = NSLock()
    private var left: [Int]
    private var isOver = false
    /// What clients asked for.
    private(set) var asked: [String] = []

    init(folder: String, _ habits: Habits = Habits(), port wanted: Int = 0) throws {
        self.habits = habits
        left = habits.cuts
        records = SeedLinkServer.records(below: folder).sorted { ($0.begin, $0.name) < ($1.begin, $1.name) }
        if habits.holes > 0 {
            // Not towards the end: nothing would come behind them that says that they are missing.
            let sure = records.count * 2 / 3
            records = records.enumerated().filter { $0.offset > sure || ($0.offset + 1) % habits.holes != 0 }
                .map(\.element)
        }
        packets = records
        if habits.late.every > 0 {
            for place in stride(from: habits.late.every, to: packets.count - habits.late.by, by: habits.late.every) {
                packets.insert(packets.remove(at: place), at: place + habits.late.by)
            }
        }
        if habits.doubles > 0 {
            packets = packets.enumerated().flatMap {
                ($0.offset + 1) % habits.doubles == 0 ? [$0.element, $0.element] : [$0.element]
            }
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(wanted).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                bind(descriptor, plain, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, plain, &length) == 0
            }
        }
        guard bound else { throw CocoaError(.fileReadUnknown) }
        port = Int(in_port_t(bigEndian: address.sin_port))
        let server = self
        Thread.detachNewThread { server.accept() }
    }

    func stop() {
        lock.withLock { isOver = true }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func accept() {
        while true {
            let line = Foundation.accept(listener, nil, nil)
            guard line >= 0 else { return }
            let server = self
            Thread.detachNewThread {
                server.serve(line)
                close(line)
            }
        }
    }

    // MARK: A conversation

    private struct Wish {
        var name: String
        var from: Int?
        var time: Double?
    }

    private func serve(_ line: Int32) {
        var version = 3
        var wishes: [Wish] = []
        var buffer: [UInt8] = []
        while let command = nextLine(line, &buffer) {
            lock.withLock { asked.append(command) }
            let words = command.split(separator: " ").map(String.init)
            var answer = "OK\r\n"
            switch words.first ?? "" {
            case "HELLO":
                answer = "SeedLink v3.1 (test) :: SLPROTO:3.1\(habits.version == 4 ? " SLPROTO:4.0" : "")\r\nTests\r\n"
            case "SLPROTO": version = 4
            case "STATION":
                let name = version == 4 ? words[1] : "\(words[2])_\(words[1])"
                if records.contains(where: { $0.name == name }) {
                    wishes.append(Wish(name: name))
                } else {
                    answer = "ERROR\r\n"
                }
            case "DATA", "TIME":
                if words.count > 1, words[0] == "DATA", words[1] != "ALL" {
                    wishes[wishes.count - 1].from = Int(words[1], radix: version == 4 ? 10 : 16)
                }
            // Where a client begins from a time it gets everything here.
            case "END": return send(wishes, version, line, buffer)
            case "BYE": return
            default: break
            }
            guard write(line, [UInt8](answer.utf8)) else { return }
        }
    }

    private func nextLine(_ line: Int32, _ buffer: inout [UInt8]) -> String? {
        while true {
            if let end = buffer.firstIndex(where: { $0 == 10 || $0 == 13 }) {
                let text = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                if text.isEmpty { continue }
                return text
            }
            var part = [UInt8](repeating: 0, count: 4096)
            let count = recv(line, &part, part.count, 0)
            guard count > 0 else { return nil }
            buffer += part[..<count]
        }
    }

    /// All packets of the stations from the wanted ones on, then nothing more, on a line that stays.
    private func send(_ wishes: [Wish], _ version: Int, _ line: Int32, _ begun: [UInt8]) {
        for (place, record) in packets.enumerated() {
            let number = place + 1
            guard let wish = wishes.first(where: { $0.name == record.name }), number >= wish.from ?? 0 else { continue }
            var packet = Self.packet(number, record, version)
            let isCut = lock.withLock {
                guard let cut = left.first, number >= cut else { return false }
                left.removeFirst()
                return true
            }
            if isCut { packet = Array(packet.prefix(packet.count / 2)) }
            guard write(line, packet), !isCut else { return }
            if habits.pause > 0 { usleep(habits.pause) }
            if lock.withLock({ isOver }) { return }
        }
        var buffer = begun
        while nextLine(line, &buffer) != nil {}
    }

    private static func packet(_ number: Int, _ record: Record, _ version: Int) -> [UInt8] {
        if version == 3 { return [UInt8](String(format: "SL%06X", number & 0xFF_FFFF).utf8) + record.bytes }
        func bytes(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        return [UInt8]("SE2D".utf8) + bytes(record.bytes.count, 4) + bytes(number, 8) + [UInt8(record.name.utf8.count)]
            + [UInt8](record.name.utf8) + record.bytes
    }

    private func write(_ line: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(line, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    // MARK: Records

    /// The records of version 2 of all files, by their headers.
    static func records(below folder: String) -> [Record] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.sorted().flatMap { name -> [Record] in
            guard let data = FileManager.default.contents(atPath: folder + "/" + name), data.count >= 512 else {
                return []
            }
            let bytes = [UInt8](data)
            var records: [Record] = []
            var offset = 0
            while offset + 64 <= bytes.count {
                func number(_ place: Int) -> Int { Int(bytes[offset + place]) << 8 | Int(bytes[offset + place + 1]) }
                guard bytes[offset + 6] == UInt8(ascii: "D"), number(48) == 1000 else { break }
                let length = 1 << Int(bytes[offset + 54])
                guard offset + length <= bytes.count else { break }
                func text(_ range: Range<Int>) -> String {
                    String(
                        decoding: bytes[range.lowerBound + offset..<range.upperBound + offset].filter { $0 > 32 },
                        as: UTF8.self)
                }
                let day = Double(number(22)) * 86_400
                let clock =
                    Double(bytes[offset + 24]) * 3600 + Double(bytes[offset + 25]) * 60 + Double(bytes[offset + 26])
                records.append(
                    Record(
                        bytes: Array(bytes[offset..<offset + length]), network: text(18..<20), station: text(8..<13),
                        begin: day + clock + Double(number(28)) / 10_000))
                offset += length
            }
            return records
        }
    }
}

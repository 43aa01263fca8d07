import Files

/// A conversation with a SeedLink server, without the line that it goes over: bytes come in, in any parts, and what is
/// to be sent and what was received comes out. It speaks version 3, and 4 where the server says that it does.
///
/// It knows which packet of each station it had last, so that a line that broke is taken up behind it.
public struct SeedLink: Sendable {
    /// Something that a server sent of a station.
    public struct Packet: Sendable, Equatable {
        /// `NET_STA`
        public var station: String
        public var sequence: UInt64
        /// A record of miniSEED, as the server had it.
        public var payload: [UInt8]
    }

    public enum Event: Sendable, Equatable {
        /// Goes to the server.
        case send(String)
        case packet(Packet)
        /// For whoever watches.
        case note(String)
        /// All stations were asked for; packets follow.
        case streaming
        /// The server will never do what is asked for.
        case refused(String)
        /// Nothing more can be made of this line; another may do better.
        case broken(String)
    }

    private enum Step: Sendable, Equatable {
        case closed, hello, site, version, agent, streaming
        /// A command of a stream is waiting for its answer.
        case asked(stream: Int, command: Int)
        case over
    }

    private let streams: [SeedLinkAddress.Stream]
    private let wantedVersion: Int?
    private let agent: String
    /// Records from this time on, where nothing was received yet.
    private let from: Instant?

    private var step = Step.closed
    private var buffer: [UInt8] = []
    private var commands: [String] = []
    private var accepted = 0
    private var refusals: [String] = []
    /// 3 or 4, once it is agreed upon.
    public private(set) var version = 3
    /// The last packet of each station that was received.
    public private(set) var sequences: [String: UInt64]
    /// What a stream's last record began at: a pattern of stations is taken up by time.
    private var times: [String: Instant] = [:]

    /// What no server sends at once.
    static let longest = 1 << 24

    /// - Parameters:
    ///   - sequences: the last packets of stations, as an earlier conversation had them.
    public init(
        _ address: SeedLinkAddress, agent: String, from: Instant? = nil, sequences: [String: UInt64] = [:]
    ) {
        streams = address.streams
        wantedVersion = address.version
        self.agent = agent
        self.from = from
        self.sequences = sequences
    }

    /// A line to the server is there.
    public mutating func opened() -> [Event] {
        (step, buffer, accepted, refusals, version) = (.hello, [], 0, [], 3)
        return [.send("HELLO\r\n")]
    }

    /// Asks whether the other side is still there.
    public func idle() -> [Event] { step == .streaming ? [.send("INFO ID\r\n")] : [] }

    /// The time of a packet that was received, for streams that stand for several stations.
    public mutating func heard(_ station: String, at time: Instant) {
        for stream in streams where stream.isPattern && NamePattern(stream.name).matches(station) {
            times[stream.name] = max(times[stream.name] ?? time, time)
        }
    }

    /// What the server sent.
    public mutating func take(_ bytes: [UInt8]) -> [Event] {
        buffer += bytes
        var events: [Event] = []
        var used = 0
        while step != .over, step != .closed {
            if step == .streaming {
                guard let (packet, length) = nextPacket(from: used, &events) else { break }
                used += length
                if let packet { events.append(.packet(packet)) }
            } else {
                guard let end = buffer[used...].firstIndex(of: 0x0A) else {
                    if buffer.count - used > 4096 { fail("it does not end its lines", &events) }
                    break
                }
                let line = buffer[used..<end].filter { $0 != 0x0D }
                used = end + 1
                answer(String(decoding: line, as: UTF8.self), &events)
            }
        }
        buffer.removeFirst(min(used, buffer.count))
        return events
    }

    private mutating func fail(_ why: String, _ events: inout [Event]) {
        step = .over
        events.append(.broken(why))
    }

    // MARK: Agreeing

    private mutating func answer(_ line: String, _ events: inout [Event]) {
        switch step {
        case .hello:
            guard line.lowercased().hasPrefix("seedlink") else {
                step = .over
                return events.append(.refused("it is no SeedLink server: it says '\(line.prefix(80))'"))
            }
            let offers = line.split { $0 == " " || $0 == "\t" }.contains { $0.hasPrefix("SLPROTO:4") }
            version = wantedVersion ?? (offers ? 4 : 3)
            events.append(.note(line))
            step = .site
        case .site:
            if version == 4 {
                step = .version
                events.append(.send("SLPROTO 4.0\r\n"))
            } else {
                ask(stream: 0, &events)
            }
        case .version:
            if isOK(line) {
                step = .agent
                events.append(.send("USERAGENT \(agent)\r\n"))
            } else if wantedVersion == 4 {
                step = .over
                events.append(.refused("it does not speak version 4: \(line)"))
            } else {
                version = 3
                ask(stream: 0, &events)
            }
        // Who asks is a courtesy; a server that does not care is no worse.
        case .agent: ask(stream: 0, &events)
        case .asked(let stream, let command): answered(line, stream, command, &events)
        case .closed, .streaming, .over: break
        }
    }

    private func isOK(_ line: String) -> Bool { line.uppercased().hasPrefix("OK") }

    /// Asks for a stream, or, behind the last one, for the packets.
    private mutating func ask(stream: Int, _ events: inout [Event]) {
        guard streams.indices.contains(stream) else {
            guard accepted > 0 else {
                step = .over
                return events.append(.refused("it has none of the stations: \(refusals.joined(separator: "; "))"))
            }
            step = .streaming
            events += [.send("END\r\n"), .streaming]
            return
        }
        commands = commands(of: streams[stream])
        step = .asked(stream: stream, command: 0)
        events.append(.send(commands[0] + "\r\n"))
    }

    private mutating func answered(_ line: String, _ stream: Int, _ command: Int, _ events: inout [Event]) {
        guard isOK(line) else {
            let refusal = "\(streams[stream].name): '\(commands[command])' is answered by '\(line)'"
            refusals.append(refusal)
            events.append(.note(refusal))
            // A channel that there is not costs itself only, a station all that was to be said of it.
            let isSelector = commands[command].hasPrefix("SELECT") && commands.count > 3
            if isSelector { return proceed(stream, command + 1, &events) }
            return ask(stream: stream + 1, &events)
        }
        proceed(stream, command + 1, &events)
    }

    private mutating func proceed(_ stream: Int, _ command: Int, _ events: inout [Event]) {
        guard command < commands.count else {
            accepted += 1
            return ask(stream: stream + 1, &events)
        }
        step = .asked(stream: stream, command: command)
        events.append(.send(commands[command] + "\r\n"))
    }

    private func commands(of stream: SeedLinkAddress.Stream) -> [String] {
        let selectors = stream.selectors.map { "SELECT " + (version == 4 ? Self.identifier($0) : $0) }
        let station = version == 4 ? "STATION \(stream.name)" : "STATION \(stream.station) \(stream.network)"
        return [station] + selectors + [beginning(of: stream)]
    }

    /// Behind what was received last, from a time on, or whatever comes next.
    private func beginning(of stream: SeedLinkAddress.Stream) -> String {
        if let last = sequences[stream.name] {
            if version == 4 { return "DATA \(last &+ 1)" }
            let digits = String((last &+ 1) & 0xFF_FFFF, radix: 16, uppercase: true)
            return "DATA " + String(repeating: "0", count: 6 - digits.count) + digits
        }
        guard let time = times[stream.name] ?? from else { return "DATA" }
        let (year, month, day, _, rest) = time.calendar
        let second = rest / 1_000_000_000
        let parts = [year, month, day, second / 3600, second / 60 % 60, second % 60]
        let texts = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }
        guard version == 4 else { return "TIME " + texts.joined(separator: ",") }
        return "DATA ALL \(texts[0])-\(texts[1])-\(texts[2])T\(texts[3]):\(texts[4]):\(texts[5])Z"
    }

    /// `HH?` and `00HHZ.D` in the words of version 4: `*_H_H_?`, `00_H_H_Z`.
    static func identifier(_ selector: String) -> String {
        guard !selector.contains("_") else { return selector }
        let isNot = selector.hasPrefix("!")
        let name = selector.dropFirst(isNot ? 1 : 0).split(separator: ".").first.map(Array.init) ?? []
        guard name.count == 3 || name.count == 5 else { return selector }
        let place = name.count == 3 ? "*" : String(name[..<2]).replacing("-", with: "")
        let channel = name.suffix(3).map(String.init).joined(separator: "_")
        return (isNot ? "!" : "") + "\(place)_\(channel)"
    }

    // MARK: Packets

    /// A packet that is whole, with how many bytes it is; no packet where they hold something else.
    private mutating func nextPacket(from place: Int, _ events: inout [Event]) -> (Packet?, Int)? {
        let left = buffer.count - place
        guard left >= 8 else {
            // A server that ends says so in a word.
            if left >= 3, buffer[place...].starts(with: "END".utf8) { fail("the server has ended", &events) }
            return nil
        }
        switch (buffer[place], buffer[place + 1]) {
        case (0x53, 0x45) where version == 4: return packet4(place, left, &events)
        case (0x53, 0x4C) where version == 3: return packet3(place, left, &events)
        default:
            let text = String(decoding: buffer[place..<place + min(left, 40)], as: UTF8.self)
            let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
            fail("instead of a packet came '\(line)'", &events)
            return nil
        }
    }

    private mutating func packet3(_ place: Int, _ left: Int, _ events: inout [Event]) -> (Packet?, Int)? {
        let head = 8
        let mark = String(decoding: buffer[place + 2..<place + head], as: UTF8.self)
        guard left >= head + 64 else { return nil }
        let isInfo = mark.hasPrefix("INFO")
        let length = isInfo ? 512 : Self.recordLength(buffer[(place + head)...])
        guard left >= head + length else { return nil }
        if isInfo { return (nil, head + length) }
        guard let sequence = UInt64(mark, radix: 16) else {
            fail("a packet has the number '\(mark)'", &events)
            return nil
        }
        let payload = Array(buffer[place + head..<place + head + length])
        func word(_ range: Range<Int>) -> String {
            String(decoding: payload[range].filter { $0 > 32 && $0 < 127 }, as: UTF8.self)
        }
        let packet = Packet(station: "\(word(18..<20))_\(word(8..<13))", sequence: sequence, payload: payload)
        sequences[packet.station] = sequence
        return (packet, head + length)
    }

    private mutating func packet4(_ place: Int, _ left: Int, _ events: inout [Event]) -> (Packet?, Int)? {
        let head = 17
        guard left >= head else { return nil }
        func number(_ range: Range<Int>) -> UInt64 {
            range.reversed().reduce(0) { $0 << 8 | UInt64(buffer[place + $1]) }
        }
        let length = number(4..<8)
        guard length <= Self.longest else {
            fail("a packet says that it has \(length) bytes", &events)
            return nil
        }
        let name = Int(buffer[place + 16])
        let whole = head + name + Int(length)
        guard left >= whole else { return nil }
        let format = buffer[place + 2]
        // Answers to INFO, and whatever else is no record.
        guard format == 0x32 || format == 0x33 else { return (nil, whole) }
        let begin = place + head
        let packet = Packet(
            station: String(decoding: buffer[begin..<begin + name], as: UTF8.self), sequence: number(8..<16),
            payload: Array(buffer[begin + name..<place + whole]))
        sequences[packet.station] = packet.sequence
        return (packet, whole)
    }

    /// A record of version 2 says its length in its blockette 1000; SeedLink's are of 512 bytes where nothing is said.
    static func recordLength(_ record: ArraySlice<UInt8>) -> Int {
        let begin = record.startIndex
        func number(_ place: Int, _ isBig: Bool) -> Int? {
            guard record.indices.contains(begin + place + 1) else { return nil }
            let (a, b) = (Int(record[begin + place]), Int(record[begin + place + 1]))
            return isBig ? a << 8 | b : b << 8 | a
        }
        for isBig in [true, false] {
            guard let year = number(20, isBig), (1900...2100).contains(year) else { continue }
            guard let place = number(46, isBig), number(place, isBig) == 1000,
                record.indices.contains(begin + place + 6)
            else { return 512 }
            let power = Int(record[begin + place + 6])
            return (7...16).contains(power) ? 1 << power : 512
        }
        return 512
    }
}

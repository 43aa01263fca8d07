import Files

/// Where records come from as somebody writes it: `seedlink://HOST:PORT/NET_STA,NET_STA:HH? BH?`.
public struct SeedLinkAddress: Sendable, Equatable {
    /// A station, or stations by a pattern, and which of their channels.
    public struct Stream: Sendable, Equatable {
        public var network, station: String
        /// `HH?` or `00HHZ`; all channels where there is none.
        public var selectors: [String]
        public var name: String { "\(network)_\(station)" }
        /// Whether it may stand for several stations.
        var isPattern: Bool { NamePattern.isOne(name) }
    }
    public var host: String
    public var port: Int
    public var streams: [Stream]
    /// The version that is spoken although the server may know a later one.
    public var version: Int?

    public static let standardPort = 18000
    private static let schemes: [(prefix: String, version: Int?)] = [
        ("seedlink://", nil), ("seedlink3://", 3), ("seedlink4://", 4),
    ]

    /// Whether a word on a command line means one.
    public static func isOne(_ word: String) -> Bool { word.hasPrefix("seedlink") && word.contains("://") }

    public init(_ word: String) throws(DataError) {
        func error(_ expected: String, _ found: String) -> DataError {
            DataError(.request, file: word, expected: expected, found: found)
        }
        guard let scheme = Self.schemes.first(where: { word.hasPrefix($0.prefix) }) else {
            throw word.hasPrefix("seedlinks://")
                ? error("seedlink:// (for TLS a tunnel, as stunnel or ssh -L makes one)", "seedlinks://")
                : error("seedlink://HOST:PORT/NET_STA", "another beginning")
        }
        version = scheme.version
        let rest = word.dropFirst(scheme.prefix.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        (host, port) = try Self.place(String(rest[..<slash]), error)
        streams = []
        let wanted = slash < rest.endIndex ? rest[rest.index(after: slash)...] : ""
        for text in wanted.split(separator: ",") {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            let names = (parts.first ?? "").split(separator: "_", maxSplits: 1).map(String.init)
            let selectors = parts.count == 2 ? parts[1].split { $0 == " " || $0 == "+" }.map(String.init) : []
            guard names.count == 2, names.allSatisfy({ Self.isName($0) }), selectors.allSatisfy({ Self.isName($0) })
            else { throw error("NET_STA or NET_STA:HH?", "'\(text)'") }
            streams.append(Stream(network: names[0], station: names[1], selectors: selectors))
        }
        guard !streams.isEmpty else { throw error("stations behind HOST:PORT/, as NET_STA,NET_STA", "none") }
    }

    private static func place(
        _ text: String, _ error: (String, String) -> DataError
    ) throws(DataError) -> (String, Int) {
        var host = text
        var port = standardPort
        let end = text.hasPrefix("[") ? text.lastIndex(of: "]") ?? text.startIndex : text.startIndex
        if let colon = text[end...].lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65535).contains(number) else {
                throw error("a port from 1 to 65535", "'\(text[text.index(after: colon)...])'")
            }
            (host, port) = (String(text[..<colon]), number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw error("a host", "'\(host)'") }
        return (host, port)
    }

    /// What may stand in a command to a server: nothing that ends a line or a word.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 32
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "?*-_.!".utf8.contains(byte)
            }
    }
}

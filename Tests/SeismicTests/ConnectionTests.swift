import Foundation
import Testing

@testable import Files

/// A line over TCP: bytes there and back, an end that is told, and waits that end.
@Suite(.serialized) struct ConnectionTests {
    /// A server that answers each line with itself, once, and hangs up.
    static func echo() throws -> (port: Int, close: () -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                bind(listener, plain, length) == 0 && listen(listener, 4) == 0
                    && getsockname(listener, plain, &length) == 0
            }
        }
        try #require(isBound)
        Thread.detachNewThread {
            while true {
                let line = accept(listener, nil, nil)
                guard line >= 0 else { return }
                var bytes = [UInt8](repeating: 0, count: 100)
                let count = recv(line, &bytes, bytes.count, 0)
                if count > 0 { _ = send(line, bytes, count, 0) }
                close(line)
            }
        }
        return (
            Int(in_port_t(bigEndian: address.sin_port)),
            {
                shutdown(listener, Int32(SHUT_RDWR)); close(listener)
            }
        )
    }

    static var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

    @Test func bytesGoThereAndBack() throws {
        let server = try Self.echo()
        defer { server.close() }
        let line = try Connection(host: "127.0.0.1", port: server.port, within: 5)
        // Nothing has come yet, and waiting for it ends.
        #expect(try line.receive(within: 0.05) == [])
        try line.send([1, 2, 3])
        #expect(try line.receive(within: 5) == [1, 2, 3])
        #expect(try line.receive(within: 5) == nil)
    }

    @Test func whoeverDoesNotListenIsNamed() throws {
        let server = try Self.echo()
        server.close()
        #expect { try Connection(host: "127.0.0.1", port: server.port, within: 1) } throws: { error in
            "\(error)".contains("127.0.0.1:\(server.port)") && "\(error)".contains("a server that listens")
        }
        #expect(throws: DataError.self) { try Connection(host: "no such host", port: 1, within: 1) }
    }

    /// A descriptor is closed once, whether the line came about or not.
    @Test func everyLineClosesOnce() throws {
        let server = try Self.echo()
        defer { server.close() }
        let before = Self.descriptors
        for _ in 0..<60 {
            _ = try Connection(host: "127.0.0.1", port: server.port, within: 5)
            _ = try? Connection(host: "127.0.0.1", port: 1, within: 1)
        }
        #expect(Self.descriptors < before + 30)
    }
}

import Foundation
import GraphIR

@testable import LanguageServer

/// The server over pipes, as an editor has it.
enum Pipes {
    /// Sends bytes, once something was heard some more, closes, and waits for the end; the messages that came and the
    /// status.
    static func run(
        _ bytes: [UInt8], once heard: String = "", then more: [UInt8] = [], piece: Int = 1 << 16, reads: Bool = true
    ) -> (messages: [JSON], status: Int32) {
        // A server that ends while somebody is still talking to it ends nothing else.
        signal(SIGPIPE, SIG_IGN)
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard pipe(&input) == 0, pipe(&output) == 0 else { return ([], -1) }
        let (from, to) = (input, output)
        let box = Box()
        let sender = Thread {
            for (number, bytes) in [bytes, more].enumerated() {
                if number > 0, !bytes.isEmpty { box.wait(for: Array(heard.utf8)) }
                var index = 0
                while index < bytes.count {
                    let count = bytes[index..<min(bytes.count, index + piece)].withUnsafeBytes {
                        write(from[1], $0.baseAddress, $0.count)
                    }
                    // A signal that came in between says nothing about the pipe.
                    if count < 0, errno == EINTR { continue }
                    if count <= 0 { break }
                    index += count
                }
            }
            close(from[1])
        }
        sender.start()
        let reader = Thread {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            // Who does not read for a while must not hold anything up.
            if !reads { Thread.sleep(forTimeInterval: 0.5) }
            while true {
                let count = buffer.withUnsafeMutableBytes { Foundation.read(to[0], $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                box.add(buffer[..<count])
            }
            box.finish()
        }
        reader.start()
        var server = Server(Session(Talk.surroundings, world: Talk.world))
        let status = server.run(input: from[0], output: to[1])
        close(to[1])
        box.wait()
        close(from[0])
        close(to[0])
        var wire = Wire()
        wire.feed(box.bytes)
        var messages: [JSON] = []
        while let body = try? wire.next() { messages.append((try? JSON(parsing: body)) ?? .null) }
        return (messages, status)
    }

    private final class Box: @unchecked Sendable {
        private let condition = NSCondition()
        private(set) var bytes: [UInt8] = []
        private var isDone = false
        func add(_ new: ArraySlice<UInt8>) {
            condition.lock()
            bytes += new
            condition.broadcast()
            condition.unlock()
        }
        /// Half a minute is longer than anything takes.
        func wait(for words: [UInt8]) {
            let deadline = Date(timeIntervalSinceNow: 30)
            condition.lock()
            while !isDone, bytes.firstRange(of: words) == nil, condition.wait(until: deadline) {}
            condition.unlock()
        }
        func finish() {
            condition.lock()
            isDone = true
            condition.broadcast()
            condition.unlock()
        }
        func wait() {
            condition.lock()
            while !isDone { condition.wait() }
            condition.unlock()
        }
    }

    static func request(_ id: JSON, _ method: String, _ parameters: JSON = [:]) -> [UInt8] {
        Wire.framed(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters])
    }
    static func notice(_ method: String, _ parameters: JSON = [:]) -> [UInt8] {
        Wire.framed(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }
    /// Any bytes behind a header that is right.
    static func body(_ bytes: [UInt8]) -> [UInt8] { Array("Content-Length: \(bytes.count)\r\n\r\n".utf8) + bytes }
    static func body(_ text: String) -> [UInt8] { body(Array(text.utf8)) }

    static let greeting = request(0, "initialize", ["capabilities": [:]]) + notice("initialized")
    static let farewell = request("farewell", "shutdown", .null) + notice("exit", .null)

    static func opening(_ text: String, uri: String = "file:///nowhere/a.arch", version: JSON = 1) -> [UInt8] {
        notice(
            "textDocument/didOpen",
            ["textDocument": ["uri": .string(uri), "languageId": "arch", "version": version, "text": .string(text)]])
    }
}

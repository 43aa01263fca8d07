import Foundation
import GraphIR
import Testing

@testable import LanguageServer

/// The server over pipes, as an editor has it.
@Suite(.serialized) struct ServerTests {
    /// Sends bytes, closes if asked, and waits for the end; the messages that came and the status.
    private func run(_ bytes: [UInt8], piece: Int = 1 << 16, reads: Bool = true) -> (messages: [JSON], status: Int32) {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard pipe(&input) == 0, pipe(&output) == 0 else { return ([], -1) }
        let (from, to) = (input, output)
        let sender = Thread {
            var index = 0
            while index < bytes.count {
                let count = bytes[index..<min(bytes.count, index + piece)].withUnsafeBytes {
                    write(from[1], $0.baseAddress, $0.count)
                }
                if count <= 0 { break }
                index += count
            }
            close(from[1])
        }
        sender.start()
        let box = Box()
        let reader = Thread {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            // Who does not read for a while must not hold anything up.
            if !reads { Thread.sleep(forTimeInterval: 0.5) }
            while true {
                let count = buffer.withUnsafeMutableBytes { Foundation.read(to[0], $0.baseAddress, $0.count) }
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
            condition.unlock()
        }
        func finish() {
            condition.lock()
            isDone = true
            condition.signal()
            condition.unlock()
        }
        func wait() {
            condition.lock()
            while !isDone { condition.wait() }
            condition.unlock()
        }
    }

    private func request(_ id: Int, _ method: String, _ parameters: JSON = [:]) -> [UInt8] {
        Wire.framed(["jsonrpc": "2.0", "id": .int(id), "method": .string(method), "params": parameters])
    }
    private func notice(_ method: String, _ parameters: JSON = [:]) -> [UInt8] {
        Wire.framed(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }
    private var greeting: [UInt8] { request(0, "initialize", ["capabilities": [:]]) + notice("initialized") }
    private var farewell: [UInt8] { request(-1, "shutdown", .null) + notice("exit", .null) }
    private func opening(_ text: String) -> [UInt8] {
        notice(
            "textDocument/didOpen",
            [
                "textDocument": [
                    "uri": "file:///nowhere/a.arch", "languageId": "arch", "version": 1, "text": .string(text),
                ]
            ])
    }
    private let text = "network A {\n    input x: [3, 10]\n    output y = x -> relu\n}\n"

    @Test(arguments: [1, 13, 1 << 16]) func aWholeConversation(_ piece: Int) {
        let (messages, status) = run(
            greeting + opening(text) + request(1, "textDocument/hover", Talk.at("/nowhere/a.arch", 2, 21)) + farewell,
            piece: piece)
        #expect(status == 0)
        #expect(messages.contains { $0["id"] == 1 && $0["result"]?["contents"] != nil })
    }

    @Test(arguments: ["Content-Length: x\r\n\r\n", "Content-Length: 1099511627776\r\n\r\n{}", "no header\r\n\r\n{}"])
    func aSenselessHeaderEndsIt(_ header: String) {
        #expect(run(greeting + Array(header.utf8)).status != 0)
    }

    @Test func anEndWithoutFarewell() {
        #expect(run(greeting).status == 1)
        #expect(run([]).status == 1)
        #expect(run(greeting + notice("exit", .null)).status == 1)
    }

    @Test func cancelledRequestsAreAnsweredOnce() {
        var bytes = greeting + opening(text)
        for id in 1...50 { bytes += request(id, "textDocument/hover", Talk.at("/nowhere/a.arch", 2, 21)) }
        for id in 1...50 { bytes += notice("$/cancelRequest", ["id": .int(id)]) }
        bytes += notice("$/cancelRequest", ["id": "odd"]) + notice("$/cancelRequest", [:]) + farewell
        let (messages, status) = run(bytes)
        #expect(status == 0)
        for id in 1...50 { #expect(messages.count { $0["id"] == .int(id) } == 1) }
    }

    @Test func nobodyReadsForAWhile() {
        var bytes = greeting + opening(text)
        for id in 1...3000 { bytes += request(id, "textDocument/completion", Talk.at("/nowhere/a.arch", 2, 20)) }
        let (messages, status) = run(bytes + farewell, reads: false)
        #expect(status == 0)
        #expect(messages.count { ($0["id"]?.int ?? -1) > 0 } == 3000)
    }
}

import Foundation
import GraphIR
import Testing

@testable import LanguageServer

/// Whole conversations over pipes.
@Suite struct ServerTests {
    private let text = "network A {\n    input x: [3, 10]\n    output y = x -> relu\n}\n"

    @Test(arguments: [1, 13, 1 << 16]) func aWholeConversation(_ piece: Int) {
        let (messages, status) = Pipes.run(
            Pipes.greeting + Pipes.opening(text)
                + Pipes.request(1, "textDocument/hover", Talk.at("/nowhere/a.arch", 2, 21)) + Pipes.farewell,
            piece: piece)
        #expect(status == 0)
        #expect(messages.contains { $0["id"] == 1 && $0["result"]?["contents"] != nil })
    }

    /// Behind the last word the reader may still be waiting for more. What is opened under the input's number then is
    /// not its to read.
    @Test func aReaderThatIsLeftReadsNothingElse() throws {
        signal(SIGPIPE, SIG_IGN)
        var (line, other): ([Int32], [Int32]) = ([0, 0], [0, 0])
        try #require(pipe(&line) == 0 && pipe(&other) == 0)
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { for descriptor in line + other + [nowhere] { close(descriptor) } }
        func say(_ bytes: [UInt8], on descriptor: Int32) {
            #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        }
        say(Pipes.greeting + Pipes.farewell, on: line[1])
        var server = Server(Session(Talk.surroundings, world: Talk.world))
        #expect(server.run(input: line[0], output: nowhere) == 0)
        Thread.sleep(forTimeInterval: 0.1)
        try #require(dup2(other[0], line[0]) == line[0])
        say(Array("x".utf8), on: line[1])
        Thread.sleep(forTimeInterval: 0.1)
        say(Array("mine".utf8), on: other[1])
        Thread.sleep(forTimeInterval: 0.1)
        try #require(fcntl(other[0], F_SETFL, O_NONBLOCK) == 0)
        var bytes = [UInt8](repeating: 0, count: 10)
        #expect(read(line[0], &bytes, bytes.count) == 4)
    }

    @Test func silenceIsShortBesideALook() {
        #expect(Server.pause(after: .milliseconds(3)) == 0)
        #expect(Server.pause(after: .milliseconds(80)) == 0.04)
        #expect(Server.pause(after: .seconds(2)) == 0.1)
    }
}

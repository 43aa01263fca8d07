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

    @Test func silenceIsShortBesideALook() {
        #expect(Server.pause(after: .milliseconds(3)) == 0)
        #expect(Server.pause(after: .milliseconds(80)) == 0.04)
        #expect(Server.pause(after: .seconds(2)) == 0.1)
    }
}

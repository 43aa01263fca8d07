import Editor
import GraphIR
import Layers

@testable import LanguageServer

/// Any bytes as what an editor sends to `strata lsp`: messages with their headers. They come after `initialize`, or
/// nothing but that would ever be answered.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    var session = Session(surroundings, world: Session.World(version: "0"))
    _ = session.receive(Array(hello.utf8))
    _ = session.receive(Array(opened.utf8))
    var wire = Wire()
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    wire.feed(bytes[..<(size / 2)])
    take(&wire, &session)
    wire.feed(bytes[(size / 2)...])
    take(&wire, &session)
    // Most bytes are no messages: as a message's body they come further.
    _ = session.receive(bytes)
    return 0
}

private func take(_ wire: inout Wire, _ session: inout Session) {
    while let body = try? wire.next() {
        for answer in session.receive(body) { precondition(!answer.text().isEmpty, "an answer without words") }
    }
}

private struct Nothing: Error {}
private let surroundings = Workspace.Surroundings(registry: .builtIn) { _ in throw Nothing() }
private let hello =
    #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"rootUri":"file:///a"}}"#
private let opened = """
    {"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///a/b.arch",\
    "languageId":"strata","version":1,"text":"network A { input x: [3, 8] output p = x -> conv(2, 3) }"}}}
    """

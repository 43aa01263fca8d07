import Foundation
import GraphIR
import Testing

@testable import LanguageServer

@Suite struct WireTests {
    private let message: JSON = ["jsonrpc": "2.0", "method": "x", "params": ["text": "é🌋"]]

    @Test func messagesComeInAnyPieces() throws {
        let bytes = Wire.framed(message) + Wire.framed(["id": 2])
        for size in [1, 2, 7, 64, 1000] {
            var wire = Wire()
            var found: [JSON] = []
            var index = 0
            while index < bytes.count {
                wire.feed(bytes[index..<min(bytes.count, index + size)])
                while let body = try wire.next() { found.append(try JSON(parsing: body)) }
                index += size
            }
            #expect(found == [message, ["id": 2]])
        }
    }

    @Test func headersAreReadInAnyCase() throws {
        var wire = Wire()
        wire.feed(Array("content-LENGTH:2 \r\nContent-Type: x; charset=utf-8\r\n\r\n{}".utf8))
        #expect(try wire.next() == Array("{}".utf8))
    }

    @Test(arguments: [
        ("Content-Length: x\r\n\r\n", Wire.Fault.badLength("x")), ("Content-Length: -5\r\n\r\n", .badLength("-5")),
        ("Content-Length: 1099511627776\r\n\r\n", .tooLong(1 << 40)), ("Content-Type: x\r\n\r\n", .noLength),
        ("Content-Length: 99999999999999999999999\r\n\r\n", .badLength("99999999999999999999999")),
    ])
    func senselessHeadersAreRefused(_ text: String, _ fault: Wire.Fault) {
        var wire = Wire()
        wire.feed(Array(text.utf8))
        #expect(throws: fault) { try wire.next() }
    }

    @Test func aHeaderEnds() {
        var wire = Wire()
        wire.feed([UInt8](repeating: 0x61, count: 3_000_000))
        #expect(throws: Wire.Fault.endlessHeader) { try wire.next() }
    }

    @Test func pathsAndURIsAreTheSame() {
        for path in ["/a/b.arch", "/ä ö/🌋#?%.arch", "/a+b/c~d.arch"] {
            #expect(Paths.path(of: Paths.uri(of: path)) == path)
        }
        #expect(Paths.path(of: "untitled:Untitled-1") == "untitled:Untitled-1")
        #expect(Paths.path(of: "file:///a%2") == "/a%2")
        #expect(Paths.path(of: "FILE://host/a") == "/a")
    }

    @Test func positionsCountAsEditorsDo() {
        let file = SourceFile(path: "", text: Array("a🌋b\r\né\rx\n".utf8))
        let positions = Positions(file: file)
        #expect(positions.offset(line: 0, character: 1) == 1)
        #expect(positions.offset(line: 0, character: 2) == 1)
        #expect(positions.offset(line: 0, character: 3) == 5)
        #expect(positions.offset(line: 0, character: 99) == 6)
        #expect(positions.offset(line: 1, character: 1) == 10)
        #expect(positions.offset(line: 2, character: 1) == 12)
        #expect(positions.offset(line: 9, character: 9) == file.text.count)
        #expect(positions.offset(line: -1, character: 9) == 0)
        #expect(positions.json(5) == ["line": 0, "character": 3])
        #expect(positions.json(11) == ["line": 2, "character": 0])
        for offset in 0...file.text.count where offset == file.text.count || file.text[offset] & 0xC0 != 0x80 {
            let json = positions.json(offset)
            let back = positions.offset(line: json["line"]!.int!, character: json["character"]!.int!)
            #expect(back == offset || file.text[back] == 0x0D)
        }
    }
}

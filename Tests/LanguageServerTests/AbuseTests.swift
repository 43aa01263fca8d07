import Foundation
import GraphIR
import Testing

@testable import LanguageServer

/// What a server is not asked politely, and what it should do. Each meets a fresh server over pipes; unless it is to end,
/// it must answer a question about a text afterwards, and say farewell with status 0.
enum Abuse: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case requestBeforeInitialize, initializeTwice, requestAfterShutdown, exitWithoutShutdown, inputCloses
    case notJSON, notUTF8, deepJSON, hugeNumbers
    case oddHeaders, byteByByte, lengthIsNoNumber, lengthIsNegative, lengthIsATerabyte, headerNeverEnds, lengthCutsJSON
    case unknownRequest, unknownNotices, oddIdentifiers, parametersOfAnotherKind, answersNobodyAskedFor
    case rangeIsReversed, rangeBeyondTheText, rangeWithinACharacter, rangesOfEveryLineEnd, nullBytesAndMarks
    case oddAddresses, versionsGoBackwards, editsOfWhatIsNotOpen, openedTwice
    case halfSurrogates, tenMegabytes, cancelledAtOnce, threeThousandQuestions, binaryText

    var testDescription: String { rawValue }
    /// Nothing can be understood after these.
    var ends: Bool {
        switch self {
        case .exitWithoutShutdown, .inputCloses, .lengthIsNoNumber, .lengthIsNegative, .lengthIsATerabyte,
            .headerNeverEnds, .requestAfterShutdown:
            true
        default: false
        }
    }
}

@Suite(.serialized) struct AbuseTests {
    static let text = "network A {\n    input x: [3, 10]\n    output y = x -> max_pol(2)\n}\n"
    static let uri = "file:///nowhere/abused.arch"

    /// What is sent between the greeting and the last question.
    private func bytes(_ abuse: Abuse) -> [UInt8] {
        func request(_ id: JSON, _ method: String, _ parameters: JSON = [:]) -> [UInt8] {
            Pipes.request(id, method, parameters)
        }
        func notice(_ method: String, _ parameters: JSON = [:]) -> [UInt8] { Pipes.notice(method, parameters) }
        let document: JSON = ["uri": .string(Self.uri)]
        let open = Pipes.opening(Self.text, uri: Self.uri)
        func edit(_ changes: [JSON], version: JSON = 2) -> [UInt8] {
            notice(
                "textDocument/didChange",
                ["textDocument": ["uri": .string(Self.uri), "version": version], "contentChanges": .array(changes)])
        }
        func change(_ a: (Int, Int), _ b: (Int, Int), _ text: String) -> JSON {
            [
                "range": [
                    "start": ["line": .int(a.0), "character": .int(a.1)],
                    "end": ["line": .int(b.0), "character": .int(b.1)],
                ], "text": .string(text),
            ]
        }
        let hover: JSON = ["textDocument": document, "position": ["line": 2, "character": 21]]
        switch abuse {
        case .requestBeforeInitialize, .inputCloses: return []
        case .initializeTwice: return request(1, "initialize", ["capabilities": [:]])
        case .requestAfterShutdown: return request(1, "shutdown", .null) + request(2, "textDocument/hover", hover)
        case .exitWithoutShutdown: return notice("exit", .null)
        case .notJSON: return ["{", "not JSON", "{\"a\": }", ""].flatMap { Pipes.body($0) }
        case .notUTF8: return Pipes.body([0x22, 0xFF, 0xFE, 0x22]) + Pipes.body([0x7B, 0x80, 0x7D])
        case .deepJSON:
            let deep = String(repeating: "[", count: 5000)
            return Pipes.body(deep) + Pipes.body(deep + String(repeating: "]", count: 5000))
                + Pipes.body(String(repeating: "{\"a\":", count: 5000))
        case .hugeNumbers:
            return ["1e999", "-1", "9223372036854775807", "99999999999999999999999999", "0.5", "4294967296"].reduce(
                open
            ) {
                $0 + Self.position($1)
            }
        case .oddHeaders:
            let body = #"{"jsonrpc":"2.0","id":1,"method":"strata/noSuchThing"}"#
            return Array(
                "content-LENGTH :  \(body.utf8.count)\r\nX: y\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n\(body)"
                    .utf8)
        case .byteByByte: return open + request(1, "textDocument/hover", hover)
        case .lengthIsNoNumber: return Array("Content-Length: five\r\n\r\n{}".utf8)
        case .lengthIsNegative: return Array("Content-Length: -5\r\n\r\n{}".utf8)
        case .lengthIsATerabyte: return Array("Content-Length: 1099511627776\r\n\r\n{}".utf8)
        case .headerNeverEnds: return [UInt8](repeating: 0x61, count: 3_000_000)
        case .lengthCutsJSON:
            // The rest of the message is read as a header that is passed over, up to the next one's length.
            return Array("Content-Length: 10\r\n\r\n".utf8) + Array(#"{"jsonrpc""#.utf8)
        case .unknownRequest: return request(1, "textDocument/noSuch", hover) + request(2, "$/noSuch")
        case .unknownNotices: return notice("$/noSuch") + notice("noSuch") + notice("textDocument/willSave", hover)
        case .oddIdentifiers:
            return ["x", .int(.max), .int(.min), 1.5, .null, ["a"], .bool(true), ""].flatMap {
                request($0, "textDocument/hover", [])
            }
        case .parametersOfAnotherKind:
            let odd: [JSON] = [
                .null, [], "x", 7, ["textDocument": 3], ["textDocument": document, "position": "here"],
            ]
            var all: [UInt8] = []
            for method in Session.answers.keys.sorted() { for one in odd { all += request("p", method, one) } }
            for method in ["didOpen", "didChange", "didClose", "didSave"] {
                all += notice("textDocument/" + method, [])
                all += notice("textDocument/" + method, ["textDocument": "x", "contentChanges": 3])
            }
            return all + notice("$/cancelRequest", [])
        case .answersNobodyAskedFor:
            return Pipes.body(#"{"jsonrpc":"2.0","id":77,"result":null}"#)
                + Pipes.body(#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}"#)
        case .rangeIsReversed: return open + edit([change((2, 27), (2, 20), "max_pool")])
        case .rangeBeyondTheText:
            return open + edit([change((900, 0), (901, 5), "\n"), change((2, 900), (2, 901), " ")])
                + edit([change((0, 0), (Int(Int32.max), Int(Int32.max)), Self.text)])
        case .rangeWithinACharacter:
            return open + edit([change((0, 0), (0, 0), "// 🌋🌋\n")]) + edit([change((0, 4), (0, 6), "é")])
                + edit([change((0, 0), (1, 0), "")])
        case .rangesOfEveryLineEnd:
            return ["\r\n", "\r", "\n"].flatMap { end in
                edit([["text": .string(Self.text.replacingOccurrences(of: "\n", with: end))]])
                    + edit([change((1, 0), (1, 0), "    //\(end)"), change((1, 0), (2, 0), "")])
            }
        case .nullBytesAndMarks:
            return open + edit([change((0, 0), (0, 0), "\u{FEFF}\u{0}\u{7F}\u{2028}")])
                + edit([["text": .string(Self.text)]])
        case .oddAddresses:
            return [
                "", "file:", "file://", "file:///", "file:///%", "file:///%zz/a.arch", "untitled:Untitled-1",
                "http://x/y",
                "file:///a/../../..//b.arch", "file:///" + String(repeating: "a", count: 5000), "🌋",
                "file:///nul%00.arch",
            ].flatMap { Pipes.opening(Self.text, uri: $0) }
        case .versionsGoBackwards:
            return open + [5, 3, -1, .null, "x"].flatMap { edit([["text": .string(Self.text)]], version: $0) }
        case .editsOfWhatIsNotOpen:
            return edit([["text": "network"]]) + notice("textDocument/didClose", ["textDocument": document])
                + request(1, "textDocument/rename", hover)
        case .openedTwice: return open + open + notice("textDocument/didSave", ["textDocument": document])
        case .halfSurrogates:
            return Pipes.body(
                #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///h.arch","#
                    + #""version":1,"languageId":"arch","text":"// \ud83d \udc00\nnetwork A {"}}}"#)
        case .tenMegabytes:
            return Pipes.opening(String(repeating: "// nothing\n", count: 1_000_000), uri: "file:///long.arch")
        case .cancelledAtOnce:
            return open + (1...50).flatMap { request(.int($0), "textDocument/hover", hover) }
                + (1...50).flatMap { notice("$/cancelRequest", ["id": .int($0)]) }
                + notice("$/cancelRequest", ["id": "odd"]) + notice("$/cancelRequest", [:])
                + notice("$/cancelRequest", .null)
        case .threeThousandQuestions:
            return open
                + (1...3000).flatMap { request(.int($0), "textDocument/documentSymbol", ["textDocument": document]) }
        case .binaryText:
            let bytes = (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
            return Pipes.opening(String(decoding: bytes, as: UTF8.self), uri: "file:///binary.arch")
        }
    }

    /// A question and an edit at a line and column that are no numbers of a text.
    private static func position(_ number: String) -> [UInt8] {
        let place = #"{"line":\#(number),"character":\#(number)}"#
        let question =
            #"{"jsonrpc":"2.0","id":"n","method":"textDocument/hover","params":{"textDocument":{"uri":"\#(uri)"},"#
            + #""position":\#(place)}}"#
        let edit =
            #"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"\#(uri)","#
            + #""version":\#(number)},"contentChanges":[{"range":{"start":\#(place),"end":\#(place)},"text":""}]}}"#
        return Pipes.body(question) + Pipes.body(edit)
    }

    private func codes(_ messages: [JSON], id: JSON) -> [Int] {
        messages.filter { $0["method"] == nil && $0["id"] == id }.compactMap { $0["error"]?["code"]?.int }
    }
    private func findings(_ messages: [JSON], of uri: String = Self.uri) -> [String]? {
        messages.last { $0["params"]?["uri"]?.string == uri && $0["params"]?["version"] != nil }?["params"]?[
            "diagnostics"]?
            .array?.compactMap { $0["code"]?.string }
    }

    /// What is wanted of each beside that it is survived.
    private func judge(_ abuse: Abuse, _ messages: [JSON], _ status: Int32) {
        let nameless = codes(messages, id: .null)
        switch abuse {
        case .requestBeforeInitialize: #expect(codes(messages, id: "early") == [-32002])
        case .initializeTwice: #expect(codes(messages, id: 1) == [-32600])
        case .requestAfterShutdown: #expect(codes(messages, id: 2) == [-32600])
        case .exitWithoutShutdown, .inputCloses: #expect(status == 1)
        case .lengthIsNoNumber, .lengthIsNegative, .lengthIsATerabyte, .headerNeverEnds: #expect(status == 65)
        case .notJSON: #expect(nameless == [-32700, -32700, -32700, -32700])
        case .notUTF8: #expect(nameless == [-32700, -32700])
        case .deepJSON: #expect(nameless == [-32700, -32700, -32700])
        case .lengthCutsJSON: #expect(nameless == [-32700])
        case .hugeNumbers: #expect(messages.count { $0["id"] == "n" } == 6 || !nameless.isEmpty)
        case .oddHeaders: #expect(codes(messages, id: 1) == [-32601])
        case .unknownRequest: #expect(codes(messages, id: 1) + codes(messages, id: 2) == [-32601, -32601])
        case .unknownNotices, .answersNobodyAskedFor:
            #expect(messages.count { $0["method"] == nil } == 3, "only what was asked is answered")
        case .oddIdentifiers:
            for id: JSON in ["x", .int(.max), .int(.min), 1.5, .null, ["a"], .bool(true), ""] {
                #expect(codes(messages, id: id) == [-32602], "\(id)")
            }
        case .parametersOfAnotherKind:
            #expect(messages.count { $0["id"] == "p" } == Session.answers.count * 6)
        case .editsOfWhatIsNotOpen: #expect(codes(messages, id: 1) == [-32602])
        case .cancelledAtOnce: for id in 1...50 { #expect(messages.count { $0["id"] == .int(id) } == 1) }
        case .threeThousandQuestions: #expect(messages.count { ($0["id"]?.int ?? 0) > 0 } == 3000)
        case .tenMegabytes: #expect(findings(messages, of: "file:///long.arch") == ["E0802"])
        case .halfSurrogates: #expect(findings(messages, of: "file:///h.arch")?.isEmpty == false)
        case .rangeIsReversed: #expect(findings(messages) == [])
        case .rangeBeyondTheText, .rangeWithinACharacter, .nullBytesAndMarks, .versionsGoBackwards, .openedTwice:
            #expect(findings(messages) == ["E0202"])
        case .byteByByte, .rangesOfEveryLineEnd, .oddAddresses, .binaryText: break
        }
    }

    @Test(arguments: Abuse.allCases) func isSurvived(_ abuse: Abuse) {
        let last = "file:///nowhere/last.arch"
        let question =
            Pipes.opening("network A {\n    input x: [3, 10]\n    output y = x -> relu\n}\n", uri: last)
            + Pipes.request(
                "last", "textDocument/hover",
                ["textDocument": ["uri": .string(last)], "position": ["line": 2, "character": 21]])
        var all = abuse == .requestBeforeInitialize ? Pipes.request("early", "textDocument/hover") : []
        all += Pipes.greeting + bytes(abuse)
        if !abuse.ends { all += question }
        let (messages, status) = Pipes.run(
            all, once: "last.arch\",\"version\"", then: abuse.ends ? [] : Pipes.farewell,
            piece: abuse == .byteByByte ? 1 : 1 << 16, reads: abuse != .threeThousandQuestions)
        #expect(messages.contains { $0["id"] == 0 && $0["result"]?["capabilities"] != nil })
        if !abuse.ends {
            #expect(messages.contains { $0["id"] == "last" && $0["result"]?["contents"] != nil })
            #expect(status == 0)
        }
        judge(abuse, messages, status)
    }
}

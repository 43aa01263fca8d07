import Files
import Testing

/// A pickle is read as data: what it would have called stays a name.
@Suite struct PickleTests {
    @Test func numbersTextsAndContainers() throws {
        // {"a": [1, -2, 2.5], "b": (None, True)}, protocol 2, by hand.
        let bytes: [UInt8] =
            [0x80, 2, UInt8(ascii: "}"), UInt8(ascii: "(")] + text("a") + [UInt8(ascii: "]"), UInt8(ascii: "(")]
            + [UInt8(ascii: "K"), 1, UInt8(ascii: "J"), 0xFE, 0xFF, 0xFF, 0xFF, UInt8(ascii: "G")]
            + [0x40, 0x04, 0, 0, 0, 0, 0, 0, UInt8(ascii: "e")] + text("b")
            + [UInt8(ascii: "N"), 0x88, 0x86, UInt8(ascii: "u"), UInt8(ascii: ".")]
        let pickle = try Pickle(bytes, name: "made")
        let pairs = try #require(pickle.pairs(pickle.root))
        #expect(pairs.map { pickle.text($0.key) } == ["a", "b"])
        guard case .list(let list) = pickle[pairs[0].value], case .tuple(let tuple) = pickle[pairs[1].value] else {
            Issue.record("no list and tuple")
            return
        }
        #expect(list.map { pickle[$0] } == [.int(1), .int(-2), .float(2.5)])
        #expect(tuple.map { pickle[$0] } == [.none, .bool(true)])
    }

    /// `os.system("…")` as every manual of attacks has it.
    @Test func aCallIsNotMade() throws {
        let bytes: [UInt8] =
            [0x80, 2] + Array("cposix\nsystem\n".utf8) + text("touch /tmp/owned")
            + [0x85, UInt8(ascii: "R"), UInt8(ascii: ".")]
        let pickle = try Pickle(bytes, name: "made")
        guard case .object(let call) = pickle[pickle.root] else {
            Issue.record("no object")
            return
        }
        #expect(pickle.global(call.function) == "posix.system")
    }

    @Test(
        arguments: [
            ("an older protocol", [0x28, 0x6C, 0x2E]), ("a mark that is not there", [0x80, 2, 0x74, 0x2E]),
            ("an empty stack", [0x80, 2, 0x2E]), ("a memo that is empty", [0x80, 2, 0x68, 7, 0x2E]),
            ("its end", [0x80, 2, 0x58, 0xFF, 0xFF, 0xFF, 0x7F]), ("an unknown instruction", [0x80, 2, 0xFE]),
            ("a number to put into", [0x80, 2, 0x4B, 1, 0x4B, 1, 0x4B, 1, 0x73, 0x2E]),
            ("too much at the end", [0x80, 2, 0x4B, 1, 0x4B, 1, 0x2E]),
        ] as [(String, [UInt8])]) func whatIsWrongIsSaid(what: String, bytes: [UInt8])
    {
        #expect(throws: DataError.self, "\(what)") { try Pickle(bytes, name: "made") }
    }

    /// Any cut and any changed byte of a real pickle gives a value or an error.
    @Test func damageNeverCrashes() throws {
        let bytes: [UInt8] =
            [0x80, 2, UInt8(ascii: "]"), UInt8(ascii: "q"), 0, UInt8(ascii: "(")] + text("weight")
            + [UInt8(ascii: "h"), 0, 0x8A, 2, 1, 2, UInt8(ascii: "e"), UInt8(ascii: ".")]
        for cut in bytes.indices { _ = try? Pickle(Array(bytes[..<cut]), name: "cut") }
        for place in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[place] = byte
                _ = try? Pickle(changed, name: "changed")
            }
        }
    }

    private func text(_ text: String) -> [UInt8] {
        [UInt8(ascii: "X"), UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
    }
}

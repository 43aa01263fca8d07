import Foundation
import Testing

@testable import Plugins

/// Every way we know in which a plugin can be bad ends in one clear message and an unharmed host.
@Suite struct BadPluginTests {
    /// A plugin, what a test of it must answer, and what must be among the words.
    struct Bad: CustomTestStringConvertible {
        var name: String
        var source: SourceOfPlugin
        var words: [String]
        var testDescription: String { name }
    }

    static let bads: [Bad] = [
        Bad(
            name: "traps at load",
            source: SourceOfPlugin(entry: "fatalError(\"not today\"); _ = $0"), words: ["crashed", "not today"]),
        Bad(
            name: "traps in forward", source: SourceOfPlugin(setup: "let empty: [Float] = []; _ = empty[pass.batch]"),
            words: ["crashed"]),
        Bad(
            name: "touches foreign memory",
            source: SourceOfPlugin(forward: "(y + (1 << 40))[t] = x[t]"), words: ["memory that is not its own"]),
        Bad(
            name: "never ends", source: SourceOfPlugin(setup: "while pass.batch > 0 { _ = getpid() }"),
            words: ["did not come to an end"]),
        Bad(
            name: "devours memory",
            source: SourceOfPlugin(
                setup:
                    "var hoard: [UnsafeMutableRawPointer] = []; while true { let p = UnsafeMutableRawPointer.allocate("
                    + "byteCount: 1 << 26, alignment: 64); memset(p, 1, 1 << 26); hoard.append(p) }"),
            words: ["memory"]),
        Bad(
            name: "leaves the process", source: SourceOfPlugin(setup: "exit(0)"),
            words: ["ended the process"]),
        Bad(
            name: "announces another shape",
            source: SourceOfPlugin(
                shape: "output = TensorType(Shape(inputs[0].shape.channels, inputs[0].shape.time * 2))",
                forward: "if t < pass.input().width { y[t] = x[t] }"),
            words: ["broken", "unwritten"]),
        Bad(
            name: "announces another shape for a length not known yet",
            source: SourceOfPlugin(
                shape: "output = inputs[0].shape.isKnown ? inputs[0] : TensorType(Shape(inputs[0].shape.channels, 7))"),
            words: ["broken", "announces the shape"]),
        Bad(
            name: "has a wrong gradient", source: SourceOfPlugin(backward: "dx[t] = 0.5 * dy[t]"),
            words: ["broken", "gradient"]),
        Bad(
            name: "writes outside its buffer",
            source: SourceOfPlugin(forward: "y[t] = x[t]; (pass.output.row(0, of: 0) - 40)[0] = 1"), words: ["broken"]),
        Bad(
            name: "hides what is not finite", source: SourceOfPlugin(forward: "y[t] = x[t].isFinite ? x[t] : 0"),
            words: ["broken", "finite"]),
        Bad(
            name: "takes a name", source: SourceOfPlugin(name: "conv"),
            words: ["already a layer named 'conv'", "built-in"]),
        Bad(
            name: "registers nothing", source: SourceOfPlugin(entry: "_ = $0"), words: ["registers nothing"]),
        Bad(
            name: "has no line that registers it", source: SourceOfPlugin(section: ""),
            words: ["registers nothing", "strata_plugins"]),
    ]

    @Test(arguments: bads) func endsInOneMessage(_ bad: Bad) throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let file = try workshop.write("plain.swift", bad.source.text)
        let child = try workshop.strata(
            "plugin", "test", file, environment: ["STRATA_PROBE_SECONDS": "6", "STRATA_PROBE_MEMORY": "1500000000"])
        #expect(child.ending == .exited(1))
        let said = String(decoding: child.output, as: UTF8.self) + child.errors
        for word in bad.words { #expect(said.contains(word), "says: \(said)") }
    }

    @Test func theGoodOneIsGood() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let file = try workshop.write("plain.swift", SourceOfPlugin().text)
        let child = try workshop.strata("plugin", "test", file)
        #expect(child.ending == .exited(0), "says: \(child.errors)")
        #expect(String(decoding: child.output, as: UTF8.self).contains("keeps every law"))
    }

    @Test func aSourceThatDoesNotCompile() throws {
        try expectRefusal("odd.swift", "let x: Int = \"seven\"", words: ["does not compile", "cannot convert"])
    }

    @Test func aTextIsNoLibrary() throws {
        try expectRefusal("odd.so", "I am not a library.", words: ["not a shared library"])
    }

    @Test func aLibraryWithoutADoor() throws {
        try expectRefusal("odd.c", "int seven(void) { return 7; }", words: ["neither door"])
    }

    @Test func aMissingSymbol() throws {
        let source = """
            #include "strata_layer.h"
            int32_t nobody_has_this(void);
            int32_t strata_layer(strata_layer_table *table) { (void)table; return nobody_has_this(); }
            """
        try expectRefusal("odd.c", source, words: ["undefined symbol", "nobody_has_this"])
    }

    @Test func aTableOfAnotherVersion() throws {
        let source = """
            #include "strata_layer.h"
            int32_t strata_layer(strata_layer_table *table) { table->version = 7; return 0; }
            """
        try expectRefusal("odd.c", source, words: ["version 7"])
    }

    @Test func anIncompleteTable() throws {
        let source = """
            #include "strata_layer.h"
            int32_t strata_layer(strata_layer_table *table) { table->name = "half"; return 0; }
            """
        try expectRefusal("odd.c", source, words: ["lacks"])
    }

    /// What is beside a plugin is not hashed with it, and so no part of it.
    @Test func aPluginIsOneFile() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        _ = try workshop.write("beside.h", "int beside(void);")
        let path = try workshop.write("odd.c", "#include \"beside.h\"\n")
        let child = try workshop.strata("plugin", "test", path)
        #expect(child.ending == .exited(1))
        for word in ["does not compile", "beside.h", path + ":1"] {
            #expect(child.errors.contains(word), "says: \(child.errors)")
        }
    }

    private func expectRefusal(_ name: String, _ text: String, words: [String]) throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let child = try workshop.strata("plugin", "test", try workshop.write(name, text))
        #expect(child.ending == .exited(1))
        for word in words { #expect(child.errors.contains(word), "says: \(child.errors)") }
    }

    /// A stamp that differs in its interface, or in its build, is refused before any of the plugin's code runs: this one
    /// would trap at load.
    @Test(arguments: [(1, "plugin interface"), (2, "another build")]) func anotherStamp(word: Int, says: String) throws
    {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let trap = SourceOfPlugin(entry: "fatalError(\"ran\"); _ = $0")
        _ = try workshop.strata("plugin", "build", try workshop.write("plain.swift", trap.text))
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: try workshop.library())))
        let magic = (0..<8).map { UInt8(truncatingIfNeeded: Stamp.magic >> UInt64(8 * $0)) }
        let start = try #require((0..<bytes.count - 8).first { Array(bytes[$0..<$0 + 8]) == magic })
        bytes[start + 8 * word] ^= 0x40
        let path = workshop.folder + "/old.so"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let child = try workshop.strata("plugin", "test", path)
        #expect(child.ending == .exited(1))
        #expect(child.errors.contains(says), "says: \(child.errors)")
        #expect(!child.errors.contains("ran"))
    }
}

/// The reader of libraries stands between strangers' bytes and `dlopen`.
@Suite struct ELFTests {
    @Test func thisBuildHasAnIdentity() throws {
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Workshop.strata)))
        #expect(try ELF(bytes, isProgram: true).buildID?.count == 20)
    }

    /// A small library: what a C compiler makes of one function.
    private func library() throws -> [UInt8] {
        let workshop = try Workshop()
        defer { workshop.remove() }
        _ = try workshop.strata("plugin", "build", try workshop.write("seven.c", "int seven(void) { return 7; }"))
        return try [UInt8](Data(contentsOf: URL(fileURLWithPath: try workshop.library())))
    }

    @Test func everyTruncationIsRefused() throws {
        let bytes = try library()
        #expect(try ELF(bytes).defines("seven"))
        #expect(try !ELF(bytes).defines("eight"))
        for length in 0..<bytes.count {
            #expect(throws: ELF.Unreadable.self) { try ELF(Array(bytes[..<length])) }
        }
    }

    @Test func damagedHeadersDoNoHarm() throws {
        let bytes = try library()
        let headers = Array(0..<64) + Array(bytes.count - 2048..<bytes.count)
        for position in headers {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                let elf = try? ELF(damaged)
                _ = elf?.section(Stamp.section)
                _ = elf?.defines("strata_layer")
                _ = elf?.buildID
            }
        }
    }
}

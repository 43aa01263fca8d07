import Foundation
import GraphIR
import Testing

@testable import Compiler

@Suite struct FormatterTests {
    /// What carries meaning, and the comments, of a text.
    private func contents(_ text: [UInt8]) -> [String] {
        Lexer.tokens(of: text, interner: Interner()).filter { $0.kind != .space && $0.kind != .newline }.map { token in
            var spelling = String(decoding: text[Int(token.start)..<Int(token.end)], as: UTF8.self)
            while spelling.last == " " { spelling.removeLast() }
            return spelling
        }
    }

    @Test(arguments: Texts.all) func formattingTwiceChangesNothing(_ text: Texts.Named) throws {
        guard let once = format(text.bytes) else { return }
        #expect(format(once) == once)
        #expect(contents(once) == contents(text.bytes))
        // Without its spaces and lines the text says the same.
        let flattened = Array(String(decoding: text.bytes, as: UTF8.self).replacing("    ", with: " ").utf8)
        let again = try #require(format(flattened))
        #expect(contents(again) == contents(text.bytes))
        #expect(format(again) == again)
    }

    @Test func layout() throws {
        let messy = """
            ///doc
            network   A( f:[int]=[8 , 16],b:int=-3 ){
            input x:[3,T] at 100Hz   // hello


               // c1
            a=x->conv( f[0],3 , activation:relu)->max_pool(2)->for g in f{conv(g,3)->max_pool(2)}->conv(8, 9, padding: same)
              // c2
                ->conv(1,1)
            y = a -> if b==3 {crop(1,1)} else {relu}
              w = (a+b)*2 - -3 / 4
            z:[8,T/2]=foo(
            a,
              b)
                expect flops<300M
             train{
             optimizer:adam(rate:1e-3)
             batch:3
              }
            output y
            }
            block foo(a:int) on x{return x, skip:x}
            """
        let tidy = """
            ///doc
            network A(f: [int] = [8, 16], b: int = -3) {
                input x: [3, T] at 100 Hz  // hello

                // c1
                a = x
                    -> conv(f[0], 3, activation: relu)
                    -> max_pool(2)
                    -> for g in f { conv(g, 3) -> max_pool(2) }
                    -> conv(8, 9, padding: same)
                    // c2
                    -> conv(1, 1)
                y = a -> if b == 3 { crop(1, 1) } else { relu }
                w = (a + b)*2 - -3 / 4
                z: [8, T/2] = foo(
                    a,
                    b)
                expect flops < 300M
                train {
                    optimizer: adam(rate: 1e-3)
                    batch: 3
                }
                output y
            }

            block foo(a: int) on x { return x, skip: x }

            """
        let formatted = try #require(format(Array(messy.utf8)))
        #expect(String(decoding: formatted, as: UTF8.self) == tidy)
    }

    @Test func whatCannotBeReadIsLeftAlone() {
        #expect(format(Array("network A {".utf8)) == nil)
    }
}

/// Every architecture file of the repository, for tests that want real ones.
enum Texts {
    struct Named: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var testDescription: String { name }
    }

    static let all: [Named] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folders = [root.appendingPathComponent("architectures"), Golden.folder.appendingPathComponent("right")]
        return folders.flatMap { folder -> [Named] in
            let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            return names.filter { $0.hasSuffix(".arch") }.sorted().compactMap { name in
                let path = folder.appendingPathComponent(name).path
                return FileManager.default.contents(atPath: path).map { Named(name: name, bytes: Array($0)) }
            }
        }
    }()

    /// A few of them, chosen to have every construct of the language.
    static let sample: [Named] = all.filter {
        ["eqt/eqt.arch", "picker/phasenet.arch", "language.arch"].contains($0.name)
    }
    /// `STRATA_ALL=1` runs what takes minutes on all files.
    static let wantsAll = ProcessInfo.processInfo.environment["STRATA_ALL"] == "1"
}

/// What belongs to the file and not to the layout stays.
@Suite struct LineEndTests {
    static let text = "network A {\n  input x: [3, 10]   // in\n\n  output y = x -> relu\n}\n"
    static let tidy = "network A {\n    input x: [3, 10]  // in\n\n    output y = x -> relu\n}\n"

    @Test(arguments: ["\n", "\r\n", "\r"], [[], [0xEF, 0xBB, 0xBF] as [UInt8]])
    func lineEndsAndMarkStay(_ end: String, _ mark: [UInt8]) {
        let text = mark + Array(Self.text.replacingOccurrences(of: "\n", with: end).utf8)
        let tidy = mark + Array(Self.tidy.replacingOccurrences(of: "\n", with: end).utf8)
        #expect(format(text) == tidy)
        #expect(format(tidy) == tidy)
        #expect(compile(text: String(decoding: text, as: UTF8.self), registry: .forTests).network != nil)
    }
}

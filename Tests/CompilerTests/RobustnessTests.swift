import GraphIR
import Layers
import Testing

@testable import Compiler

/// Damaged texts end in diagnostics, never in a crash, and one wound gives few errors.
@Suite struct RobustnessTests {
    static let texts = Texts.wantsAll ? Texts.all : Texts.sample

    /// Every n-th of so many, so that the fast suite takes about as many for each text.
    private func sampled(_ count: Int) -> [Int] {
        Array(stride(from: 0, to: count, by: Texts.wantsAll ? 1 : max(1, count / 60)))
    }

    /// The codes of all errors in a text.
    private func errors(_ text: [UInt8]) -> [String] {
        let compilation = compile(path: "wound.arch", registry: .forTests) { path in
            if path == "wound.arch" { return text }
            throw Golden.Missing()
        }
        for diagnostic in compilation.diagnostics { _ = render(diagnostic, files: compilation.files) }
        #expect(compilation.network != nil || !compilation.diagnostics.isEmpty || format(text) != nil)
        return compilation.diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.message)" }
    }

    @Test(arguments: texts) func everyPrefixEndsWell(_ text: Texts.Named) {
        for end in sampled(text.bytes.count) { _ = errors(Array(text.bytes[..<end])) }
    }

    /// A text with one token deleted, doubled, or swapped with the next.
    private struct Wound: CustomStringConvertible {
        var description: String
        var text: [UInt8]
    }

    private func wounds(of text: [UInt8]) -> [Wound] {
        let tokens = Lexer.tokens(of: text, interner: Interner()).filter { !$0.isTrivia && $0.kind != .end }
        let file = SourceFile(path: "", text: text)
        return sampled(tokens.count).flatMap { index in
            let token = Int(tokens[index].start)..<Int(tokens[index].end)
            let next = tokens[min(index + 1, tokens.count - 1)]
            let before = text[..<token.lowerBound]
            let after = text[token.upperBound...]
            let swapped = text[Int(next.start)..<Int(next.end)] + [0x20] + text[token] + text[Int(next.end)...]
            let name =
                "'\(String(decoding: text[token], as: UTF8.self))' in line \(file.position(of: token.lowerBound).line)"
            return [
                Wound(description: "\(name) deleted", text: Array(before + after)),
                Wound(description: "\(name) doubled", text: Array(before + text[token] + [0x20] + text[token] + after)),
                Wound(description: "\(name) swapped with the next", text: Array(before + swapped)),
            ]
        }
    }

    /// Nineteen of twenty wounds give at most two errors more than the text has by itself.
    @Test(arguments: texts) func oneWoundGivesFewErrors(_ text: Texts.Named) {
        let own = errors(text.bytes).count
        let wounds = wounds(of: text.bytes)
        let many = wounds.map { ($0.description, errors($0.text)) }.filter { $0.1.count > own + 2 }
        #expect(many.count * 20 <= wounds.count, "\(many.count) of \(wounds.count): \(many)")
    }

    @Test func randomBytesAndRandomTokens() {
        var random = Random(seed: 11)
        let words =
            Keyword.allCases.map { $0.rawValue } + [
                "x", "conv", "3", "->", "{", "}", "(", ")", "[", "]", ":", "=", ",", "\n", "\"", "..<", "1e9", "Hz",
            ]
        for _ in 0..<300 {
            _ = errors((0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            let soup = (0..<random.below(60)).map { _ in words[random.below(words.count)] }.joined(separator: " ")
            _ = errors(Array("network A {\ninput x: [3, 60]\n\(soup)\n}".utf8))
        }
    }

    @Test(arguments: ["(", "[", "{", "- ", "not ", "if ", "x -> {", "x -> for i in ", "f(", "[int"])
    func deepNestingIsRefused(_ opening: String) {
        let deep = String(repeating: opening, count: 20_000)
        _ = errors(Array("network A {\n  y = \(deep)\n}".utf8))
        _ = errors(Array("network A(a: \(deep) = 1) { }".utf8))
        _ = errors(Array(deep.utf8))
    }

    @Test func longChainsAreRefused() {
        _ = errors(Array("network A { y = \(String(repeating: "1 + ", count: 100_000))1 }".utf8))
        _ = errors(Array("network A { y = x\(String(repeating: "[0]", count: 100_000)) }".utf8))
        _ = errors(Array("network A { y = x\(String(repeating: ".a", count: 100_000)) }".utf8))
    }

    /// Every name doubles what the one before holds.
    @Test(arguments: ["+", "*"]) func growthIsBounded(_ sign: String) {
        var text = "network A {\n input x: [3, T]\n a0 = \(sign == "+" ? "[1, 2]" : "T + 1")\n"
        for index in 1...64 { text += " a\(index) = a\(index - 1) \(sign) a\(index - 1)\n" }
        #expect(errors(Array((text + " output y = x -> conv(a64, 3)\n}").utf8)).count > 0)
    }

    @Test func blocksThatMultiplyAreRefused() {
        var text = "network A { input x: [3, 60]\n output y = x -> b0 }\n"
        for index in 0..<60 { text += "block b\(index) on x { return x -> b\(index + 1) -> b\(index + 1) }\n" }
        text += "block b60 on x { return x }"
        #expect(errors(Array(text.utf8)).count == 1)
    }
}

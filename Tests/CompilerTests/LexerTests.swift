import Testing

@testable import Compiler

@Suite struct LexerTests {
    private func check(_ text: [UInt8]) -> Bool {
        var position: Int32 = 0
        for token in Lexer.tokens(of: text, interner: Interner()) {
            guard token.start == position, token.end >= token.start else { return false }
            if token.kind != .end, token.end == token.start { return false }
            position = token.end
        }
        return position == text.count
    }

    @Test func everyByteIsInExactlyOneToken() {
        #expect(check(Array("network A {\r\n\tinput x: [3, T] at 100 Hz // é\n \"a\\\"b\" `a.b` 1e-3 0..<5 }".utf8)))
        var random = Random(seed: 7)
        for _ in 0..<400 {
            let text = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(check(text), "\(text)")
        }
    }

    @Test func wordsNumbersAndSigns() {
        let text = Array("a1 ..< 0..<5 1.5e-3 2.x ... -> - == `p.q` // c".utf8)
        let kinds = Lexer.tokens(of: text, interner: Interner()).filter { $0.kind != .space }.map(\.kind)
        #expect(
            kinds == [
                .word, .rangeUpTo, .integer, .rangeUpTo, .integer, .decimal, .integer, .dot, .word, .rangeThrough,
                .arrow, .minus, .equal, .word, .comment, .end,
            ])
    }
}

/// A small generator of random numbers that are the same every time.
struct Random {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
}

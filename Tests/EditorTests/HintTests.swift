import GraphIR
import Layers
import Testing

@testable import Compiler
@testable import Editor

/// Shapes beside the text.
@Suite struct HintTests {
    /// Labels by line of a text.
    private func lines(_ analysis: Analysis) -> [Int: [String]] {
        analysis.hints.reduce(into: [:]) {
            $0[analysis.file.position(of: $1.offset).line, default: []].append($1.label)
        }
    }

    @Test func earthquakeTransformerShowsItsShapes() throws {
        let top = try Desk.top()
        let hints = lines(try Desk.analysis(of: Desk.eqt))
        #expect(hints[top + 11]?.contains("= 64") == true)
        #expect(hints[top + 12]?.last == "[64, 47] · 34,672")
        #expect(hints[top + 12]?.contains("[8, 6000] … [64, 94], 7 uses") == true)
        #expect(hints[top + 18]?.first == "[32, 47], 2 uses")
        #expect(hints[top + 25] == ["[16, 47]", "[8, 6000]", "[1, 6000]"])
        #expect(
            hints[top + 57] == ["[8, 6000] … [32, 376], 28 uses"]
                || hints[top + 57]?.first?.hasSuffix("28 uses") == true)
        // A sum around stages that keep their shape says it once at most.
        #expect((hints[top + 64] ?? []).count <= 1)
    }

    @Test func aStatementsShapeCanBeSaid() {
        let analysis = Desk.analysis("/nowhere/text.arch", Array(Desk.small.utf8))
        let saying = analysis.hints.compactMap(\.saying)
        #expect(saying.map(\.text) == [": [16, 750]"])
    }

    /// While something is typed the shapes of the rest stay.
    @Test(arguments: [
        ("code = deep -> lstm(8)", "\n    extra = code -> conv(8, 3) -> relu", false),
        ("{ fold(f)", " -> dropout(0.1) -> ", false),
        ("lstm(8) as memory", " -> conv(8, kernel: 3, activation: relu) as more", false),
        ("-> conv(filters, kernel", ", dilation: 2", true),
        ("max_pool(2)\n}\n", "\nblock other(n: int) on y {\n    return y -> conv(n, 3)\n}\n", true),
    ])
    func hintsStayWhileOneTypes(_ after: String, _ typed: String, _ isStrict: Bool) throws {
        let path = "/nowhere/text.arch"
        var workspace = Desk.open(path, Array(Desk.small.utf8))
        let whole = workspace.analysis(of: path)!.hints.count
        let start = try #require(Desk.small.range(of: after)?.upperBound.utf16Offset(in: Desk.small))
        for (index, byte) in Array(typed.utf8).enumerated() {
            workspace.edit(path, start + index..<start + index, [byte])
            let now = workspace.analysis(of: path)!
            #expect(
                now.hints.count * 10 >= whole * 8, "after '\(typed.prefix(index + 1))': \(now.hints.count) of \(whole)")
            #expect(now.hints.allSatisfy { $0.offset <= now.text.count })
        }
    }

    /// Every word or sign of a network cut out once: most of what was shown is shown still.
    @Test func aMissingTokenCostsLittle() throws {
        let path = Desk.eqt
        let text = try Desk.read(path)
        var workspace = Desk.open(path, text)
        let first = workspace.analysis(of: path)!
        let whole = first.hints.count
        var shares: [Double] = []
        for token in first.tokens where !token.isTrivia && token.kind != .end && token.start % 3 == 0 {
            let range = Int(token.start)..<Int(token.end)
            workspace.edit(path, range, [])
            shares.append(Double(workspace.analysis(of: path)!.hints.count) / Double(whole))
            workspace.edit(path, range.lowerBound..<range.lowerBound, Array(text[range]))
        }
        shares.sort()
        #expect(shares.count > 150)
        #expect(shares[shares.count / 2] > 0.9)
        #expect(shares[shares.count / 10] > 0.6)
    }
}

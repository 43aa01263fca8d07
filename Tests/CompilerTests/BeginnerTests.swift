import GraphIR
import Layers
import Testing

@testable import Compiler

/// What people write who come from another language: it is said in one message what is meant here, and mended.
@Suite struct BeginnerTests {
    /// A mistake, what is said of it, and what the line is after everything certain was mended.
    private static let habits: [(line: String, message: String, mended: String)] = [
        ("output p = x -> conv(8 3)", "a comma is missing here", "output p = x -> conv(8, 3)"),
        (
            "output p = x -> conv(8, kernel=3)", "an argument's value stands behind ':'",
            "output p = x -> conv(8, kernel: 3)"
        ),
        (
            "output p = x -> conv(8, kernel = 3)", "an argument's value stands behind ':'",
            "output p = x -> conv(8, kernel: 3)"
        ),
        ("output p = x -> conv(8, 3) # comment", "'#' means nothing here", "output p = x -> conv(8, 3) // comment"),
        ("output p = x |> conv(8, 3)", "'|>' means nothing here", "output p = x -> conv(8, 3)"),
        ("output p = x => conv(8, 3)", "'=>' means nothing here", "output p = x -> conv(8, 3)"),
        ("output p = x → conv(8, 3)", "'→' means nothing here", "output p = x -> conv(8, 3)"),
        (
            "output p = x -> conv(8, 3) -> ReLU", "there is no layer or block 'ReLU'",
            "output p = x -> conv(8, 3) -> relu"
        ),
        ("output p = x -> conv(8, 3, activation: ReLU)", "'ReLU'", "output p = x -> conv(8, 3, activation: relu)"),
        ("output p = x -> Conv1d(8, 3)", "there is no layer or block 'Conv1d'", "output p = x -> conv(8, 3)"),
        ("output p = x -> MaxPool1D(2)", "there is no layer or block 'MaxPool1D'", "output p = x -> max_pool(2)"),
        ("output p = x -> flatten -> Linear(5)", "'Linear'", "output p = x -> flatten -> dense(5)"),
        ("output p = conv(8, 3)(x)", "what flows into a layer stands before it", "output p = x -> conv(8, 3)"),
        ("ouput p = x -> conv(8, 3)", "no statement begins with 'ouput'", "output p = x -> conv(8, 3)"),
        (
            "let a = x -> relu\n    output p = a", "a name needs no 'let'",
            " a = x -> relu\n    output p = a"
        ),
        ("output p [8, 3000] = x -> conv(8, 3)", "a ':' is missing", "output p: [8, 3000] = x -> conv(8, 3)"),
        (
            "output p = x -> for k in (3, 5) { conv(8, k) }", "a list stands in brackets",
            "output p = x -> for k in [3, 5] { conv(8, k) }"
        ),
        (
            "output p = x -> for k in [3 5] { conv(8, k) }", "a comma is missing",
            "output p = x -> for k in [3, 5] { conv(8, k) }"
        ),
        (
            "output p = x -> Conv1D(8, 3, activation: relu)", "there is no layer or block 'Conv1D'",
            "output p = x -> conv(8, 3, activation: relu)"
        ),
        (
            "output p = x -> conv(8, kernel_size=3)", "conv has no argument 'kernel_size'",
            "output p = x -> conv(8, kernel: 3)"
        ),
        (
            "output p = x -> max_pool(kernel_size = 2)", "max_pool has no argument 'kernel_size'",
            "output p = x -> max_pool(size: 2)"
        ),
        (
            "output p = x -> conv(8, 3, activation: 'relu')", "a word stands without quotes",
            "output p = x -> conv(8, 3, activation: relu)"
        ),
        ("output p = x -> conv(8, 3, bias: False)", "'False'", "output p = x -> conv(8, 3, bias: false)"),
        (
            "output p = x -> conv(8, 3)\n    train { epochs = 3 }", "an argument's value stands behind ':'",
            "output p = x -> conv(8, 3)\n    train { epochs: 3 }"
        ),
        (
            "output p = x -> conv(8, 3)\n    train { optimizer: adam(lr=0.01) }", "adam has no argument 'lr'",
            "output p = x -> conv(8, 3)\n    train { optimizer: adam(rate: 0.01) }"
        ),
    ]

    private func text(_ line: String, input: String = "input x: [3, 3000] at 100 Hz") -> String {
        "network A {\n    \(input)\n    \(line)\n}\n"
    }

    private func mended(_ text: String) -> (first: Diagnostic?, count: Int, text: String) {
        let found = compile(text: text)
        let after = apply(fixes(of: found.diagnostics, in: 0), to: Array(text.utf8))
        return (found.diagnostics.first, found.diagnostics.count, String(decoding: after, as: UTF8.self))
    }

    @Test func habitsOfOtherLanguagesAreMended() {
        for habit in Self.habits {
            let (first, count, after) = mended(text(habit.line))
            #expect(count == 1, "\(habit.line)")
            #expect(first?.message.contains(habit.message) == true, "\(habit.line): \(first?.message ?? "")")
            #expect(after == text(habit.mended))
            #expect(!compile(text: after).hasErrors, "\(after)")
        }
    }

    /// What was written with time first is said, and nothing that would follow from it.
    @Test func aShapeInBracketsHasItsChannelsFirstToo() {
        let promised = "output p: [1, 3000] = x -> conv(1, 3)"
        let (first, count, after) = mended(text(promised, input: "input x: [3000, 3] at 100 Hz"))
        #expect(count == 1 && first?.code == "E0905", "\(first?.message ?? "")")
        #expect(after == text(promised))
    }

    /// `./a.arch` lies where `a.arch` does.
    @Test func aDotIsNoFolder() {
        #expect(resolvePath("../b.arch", from: "./a/c.arch") == "b.arch")
        #expect(resolvePath("../b.arch", from: "./c.arch") == "../b.arch")
        #expect(resolvePath("../b.arch", from: "././c.arch") == "../b.arch")
        #expect(resolvePath("x/../../b.arch", from: "../c.arch") == "../../b.arch")
        #expect(resolvePath("../b.arch", from: "/d/./c.arch") == "/b.arch")
    }

    @Test func unitsAreKnownInAnySpelling() {
        for (word, unit) in [("hz", "Hz"), ("HZ", "Hz"), ("hertz", "Hz"), ("sps", "Hz")] {
            let (first, count, after) = mended(text("output p = x -> relu", input: "input x: [3, 3000] at 100 \(word)"))
            #expect(count == 1 && first?.code == "E0110", "\(word)")
            #expect(after == text("output p = x -> relu", input: "input x: [3, 3000] at 100 \(unit)"))
        }
    }

    /// The samples first, in parentheses, as other programs have it.
    @Test func aShapeInParenthesesHasItsChannelsFirst() {
        for (shape, meant) in [("(3000, 3)", "[3, 3000]"), ("(3, 3000)", "[3, 3000]"), ("(T, 3)", "[T, 3]")] {
            let (first, _, after) = mended(text("output p = x -> relu", input: "input x: \(shape) at 100 Hz"))
            #expect(first?.message.hasSuffix(meant) == true, "\(shape): \(first?.message ?? "")")
            #expect(after == text("output p = x -> relu", input: "input x: \(meant) at 100 Hz"))
        }
    }

    /// Twenty in a hundred is no invitation to silence nearly everything.
    @Test func aShareOfTwentyIsAFifth() {
        let (first, count, after) = mended(text("output p = x -> dropout(20)"))
        #expect(count == 1 && first?.fixes.map(\.title) == ["write 0.2"])
        #expect(first?.help.joined().contains("20%") == true)
        // What is meant only the author knows: nothing is changed without asking.
        #expect(after == text("output p = x -> dropout(20)"))
        #expect(mended(text("output p = x -> dropout(-1)")).first?.fixes.map(\.title) == ["the nearest that fits is 0"])
    }

    /// What is said elsewhere and not here is answered once, with what to do instead.
    @Test(arguments: [
        ("normalize(std)", "a step of 'prepare { … }'"), ("softmax(dim=1)", "the axes of an array are fixed"),
        ("bilstm(8)", "bidirectional: true"), ("permute(0, 2, 1)", "'transpose'"), ("prelu", "leaky_relu"),
        ("lstm(8, return_sequences: true)", "every step comes out"), ("conv(8, 3, in_channels: 3)", "leave it out"),
        ("activation('relu')", "a stage of its own"), ("zero_padding1d(4)", "'pad(4, 4)'"),
        ("cropping1d(4)", "'crop(4, 4)'"), ("unet(8)", "'strata show phasenet'"),
    ])
    func whatHasNoNameHereIsAnswered(stage: String, help: String) {
        let found = compile(text: text("output p = x -> \(stage) -> conv(1, 3)")).diagnostics
        #expect(found.filter { $0.code != "E0101" }.count == 1, "\(found.map(\.message))")
        #expect(found.flatMap(\.help).joined().contains(help))
    }

    /// An argument that means nothing leaves those behind it without a place: nothing is said of them.
    @Test func whatFollowsAnUnknownArgumentIsNotJudged() {
        let found = compile(
            text: "block unit(n: int, k: int, d: share) on x { return x -> conv(n, k) -> dropout(d) }\n"
                + text("a = [8]\n    output p = x -> unit(a[2], 3, 0.1)"))
        #expect(found.diagnostics.map(\.code) == ["E0407"])
    }

    /// The stage that was forgotten is offered behind the pools, or behind what flows in.
    @Test(arguments: [
        (
            "a = x -> max_pool(2) -> max_pool(2)\n    output p: [1, 3000] = a -> conv(1, 3)",
            "a = x -> max_pool(2) -> max_pool(2)\n    output p: [1, 3000] = a -> upsample(4) -> conv(1, 3)"
        ),
        (
            "output p: [1, 3000] = x -> for f in [8, 16] { conv(f, 3) -> max_pool(2) } -> conv(1, 3)",
            "output p: [1, 3000] = x -> for f in [8, 16] { conv(f, 3) -> max_pool(2) } -> upsample(4) -> conv(1, 3)"
        ),
    ])
    func theUpsamplingIsOffered(line: String, after: String) {
        let fixes = compile(text: text(line)).diagnostics.flatMap(\.fixes)
        #expect(fixes.map(\.title) == ["say 750", "bring the length back with 'upsample(4)'"])
        let mended = apply(fixes.last?.edits ?? [], to: Array(text(line).utf8))
        #expect(String(decoding: mended, as: UTF8.self) == text(after))
        #expect(!compile(text: text(after)).hasErrors)
    }

    /// What became too long is not to become longer.
    @Test func twiceTheLengthIsNotLengthened() {
        let found = mended(text("output p: [1, 3000] = x -> max_pool(2) -> upsample(4) -> conv(1, 3)"))
        #expect(found.first?.help.first?.hasPrefix("6000 is 2 times 3000: an 'upsample' makes it too long") == true)
        #expect(found.first?.fixes.map(\.title) == ["say 6000"])
    }

    /// Behind the softmax of one channel a sigmoid would be as constant as it.
    @Test func theSoftmaxOfOneChannelIsReplaced() {
        let line = "output p = x -> conv(1, 3) -> softmax\n    learn p from pick(P) loss binary_cross_entropy"
        let (_, _, after) = mended(text(line))
        #expect(after == text(line.replacing("softmax", with: "sigmoid")))
    }

    /// What was pooled and never brought back is not to be cut.
    @Test func aQuarterOfTheLengthWantsItsUpsampling() {
        let pooled = mended(
            text("output p: [1, 3000] = x -> for f in [8, 16] { conv(f, 3) -> max_pool(2) } -> conv(1, 3)"))
        #expect(pooled.first?.help.first?.hasPrefix("3000 is 4 times 750: 'upsample(4)'") == true)
        let joined = mended(
            text("a = x -> conv(8, 3) -> max_pool(2)\n    output p = concat(x, a, axis: channels) -> conv(1, 3)"))
        #expect(joined.first?.help.first?.hasPrefix("3000 is 2 times 1500: 'upsample(2)'") == true)
        #expect(joined.first?.help.joined().contains("crop") == false)
        // Lengths that are no multiple of each other are cut, as before.
        let odd = mended(
            text(
                "a = x -> conv(8, 4, padding: valid)\n    b = x -> conv(8, 9, padding: valid)\n    output p = concat(a, b)"
            ))
        #expect(odd.first?.help.joined().contains("upsample") == false)
    }

    @Test func timeBeforeChannelsIsTurned() {
        let found = mended(text("output p: [3000, 1] = x -> conv(1, 3)"))
        #expect(found.first?.help == ["a shape begins with the channels: [1, 3000]"])
    }

    /// The batch is a setting of training and no axis.
    @Test func aBatchIsNoAxis() {
        for (shape, rate) in [("[32, 3, 3000]", " at 100 Hz"), ("[None, 3, 3000]", ""), ("[B, 3, 3000]", " at 100 Hz")]
        {
            let (first, count, after) = mended(text("output p = x -> relu", input: "input x: \(shape)\(rate)"))
            #expect(count == 1 && first?.message.contains("no part of a shape") == true, "\(first?.message ?? "")")
            #expect(after == text("output p = x -> relu", input: "input x: [3, 3000]\(rate)"))
        }
        #expect(mended(text("output p = x -> relu", input: "input x: [3, 32, 32]")).count == 0)
    }

    /// PyTorch's first number is what comes in. It is warned of, as three filters may be meant.
    @Test func theChannelsThatComeInAreNotSaid() {
        let warned = mended(text("output p = x -> conv(3, 8, 7)"))
        #expect(warned.count == 1 && warned.first?.code == "W0109", "\(warned.first?.message ?? "")")
        for line in ["conv(3, 8)", "conv(3, 8, stride: 7)", "conv(4, 8, 7)", "conv(3, 8, 1)"] {
            #expect(mended(text("output p = x -> \(line)")).count == 0, "\(line)")
        }
    }

    @Test func severalArraysBeforeAnArrowAreNoList() {
        let (first, count, _) = mended(text("output p = (x, x) -> add"))
        #expect(count >= 1 && first?.help.joined().contains("add(a, b)") == true)
    }

    /// A comment of another language stands where it likes, and every one of them is said once.
    @Test func foreignCommentsStandAnywhere() {
        let text =
            "# one\nnetwork A { # two\n    input x: [3, 10]\n# three\n    output p = x # four\n        -> relu\n}\n# five"
        let (_, count, after) = mended(text)
        #expect(count == 5)
        #expect(after == text.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "//"))
        #expect(!compile(text: after).hasErrors)
    }
}

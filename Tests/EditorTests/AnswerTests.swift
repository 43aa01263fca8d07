import Foundation
import GraphIR
import Layers
import Testing

@testable import Compiler
@testable import Editor

/// What is said at a place of a text.
@Suite struct HoverTests {
    @Test func aLayerTellsItsUse() throws {
        let marked = Marked(Desk.small.replacing("-> conv(1, 3)", with: "-> co$0nv(1, 3)"))
        let hover = try #require(Desk.analysis(marked).hover(at: marked.offset))
        #expect(hover.markdown.contains("`[8, 750]` → `[1, 750]`"))
        #expect(hover.markdown.contains("`filters: 1`, `kernel: 3`"))
        #expect(hover.markdown.contains("25 parameters"))
        #expect(hover.markdown.contains("leaves"))
    }

    @Test func aLoopTellsItsTurns() throws {
        let marked = Marked(Desk.small.replacing("as encoder", with: "as enc$0oder"))
        let hover = try #require(Desk.analysis(marked).hover(at: marked.offset))
        #expect(hover.markdown.contains("| 0 | `[8, 1500]` |"))
        #expect(hover.markdown.contains("| 1 | `[16, 750]` |"))
    }

    @Test func aBlockTellsWhatItDoesHere() throws {
        let marked = Marked(Desk.small.replacing("{ fold(f)", with: "{ fo$0ld(f)"))
        let hover = try #require(Desk.analysis(marked).hover(at: marked.offset))
        #expect(hover.markdown.contains("Halves the time."))
        #expect(hover.markdown.contains("→ `[16, 750]`"))
    }

    @Test func valuesAreShown() throws {
        let marked = Marked(Desk.small.replacing("dropout(drop)", with: "dropout(dr$0op)"))
        #expect(Desk.analysis(marked).hover(at: marked.offset)?.markdown.contains("`0.1`") == true)
        let eqt = try Desk.analysis(of: Desk.eqt)
        let text = String(decoding: eqt.text, as: UTF8.self)
        let place = try #require(text.range(of: "filters[6], 47")?.lowerBound.utf16Offset(in: text))
        let bracket = Array(text.utf16)[..<place].count + 8
        #expect(eqt.hover(at: text.prefix(bracket).utf8.count)?.markdown == "`64`")
    }

    @Test func anEditTellsWhichStagesItMeans() throws {
        let analysis = try Desk.analysis(of: Desk.root + "/architectures/eqt/conservative.arch")
        let text = String(decoding: analysis.text, as: UTF8.self)
        let offset = try #require(text.range(of: "recurrent_activation")?.lowerBound)
        let hover = try #require(analysis.hover(at: text[..<offset].utf8.count + 2))
        #expect(hover.markdown.contains("means 5 stages"))
        #expect(hover.markdown.contains("`sigmoid` → `hard_sigmoid`"))
    }

    @Test func aFindingTellsItsStory() throws {
        let marked = Marked("network A {\n    input x: [3, 10]\n    output y = x -> max_p$0ol(2)\n}\n")
        #expect(Desk.analysis(marked).hover(at: marked.offset)?.markdown.contains("E0202") == true)
    }
}

@Suite struct CompletionTests {
    private func labels(_ marked: String) -> [String] {
        let marked = Marked(marked)
        return Desk.analysis(marked).completion(at: marked.offset).suggestions.sorted {
            ($0.rank, $0.label) < ($1.rank, $1.label)
        }
        .map(\.label)
    }

    @Test func behindAnArrowComesWhatFits() {
        let found = labels(Desk.small.replacing("dropout(drop)", with: "$0"))
        #expect(found.contains("conv") && found.contains("fold") && found.contains("repeat"))
        let refused = labels(Desk.small.replacing("-> sigmoid", with: "-> flatten -> $0"))
        let order = refused.firstIndex(of: "relu").map { relu in
            refused.firstIndex(of: "max_pool").map { relu < $0 } ?? false
        }
        #expect(order == true)
    }

    @Test func insideACallComeArguments() {
        let found = labels(Desk.small.replacing("-> conv(1, 3)", with: "-> conv(1, 3, kernel: 3, $0)"))
        #expect(found.prefix(12).contains("activation") && !found.prefix(20).contains("kernel"))
        #expect(found.contains("drop"))
        // What is said by its position is said.
        let second = labels(Desk.small.replacing("-> conv(1, 3)", with: "-> conv(1, $0)"))
        #expect(second.first == "kernel")
        #expect(labels(Desk.small.replacing("-> conv(1, 3)", with: "-> conv(1, 3, activation: $0)")).first == "elu")
        #expect(labels(Desk.small.replacing("{ fold(f)", with: "{ fold(f, $0)")).prefix(2).contains("kernel"))
    }

    @Test func behindANumberComeUnits() {
        #expect(labels("network A {\n    input x: [3, 10] at 100 $0\n}\n").contains("Hz"))
    }

    private let path = Desk.root + "/architectures/eqt/mine.arch"

    @Test func aVariantIsOfferedItsParentsLabels() throws {
        let marked = Marked("variant Mine of \"eqt.arch\" {\n    set $0\n}\n")
        let found = Desk.analysis(path, marked.text).completion(at: marked.offset).suggestions.map(\.label)
        #expect(
            found.contains("context") && found.contains("encoder") && found.contains("drop") && found.contains("lstm"))
        #expect(found.contains("context.0.lstm"))
        // Behind a dot comes what lies within, and what can be set there.
        func behind(_ path: String) -> [String] {
            let marked = Marked("variant Mine of \"eqt.arch\" {\n    set \(path).$0\n}\n")
            return Desk.analysis(self.path, marked.text).completion(at: marked.offset).suggestions.map(\.label)
        }
        #expect(behind("context").contains("lstm") && !behind("context").contains("encoder"))
        #expect(behind("context.lstm").contains("recurrent_dropout") && !behind("context.lstm").contains("kernel"))
        #expect(behind("context.0").contains("conv") && behind("encoder.3.conv").contains("kernel"))
        #expect(behind("nowhere") == [])
        let file = Marked("variant Mine of \"e$0\" {\n}\n")
        #expect(
            Desk.analysis(path, file.text).completion(at: file.offset).suggestions.map(\.label).contains("eqt.arch"))
    }

    @Test func nothingComesInComments() {
        #expect(labels("// network $0") == [])
    }

    @Test func helpFollowsTheArgument() throws {
        for (text, wanted) in [
            ("conv($0", "filters"), ("conv(8, $0", "kernel"), ("conv(8, activation: $0", "activation"),
        ] {
            let marked = Marked("network A {\n    input x: [3, 10]\n    output y = x -> \(text)")
            let help = try #require(Desk.analysis(marked).callHelp(at: marked.offset))
            let active = try #require(help.active)
            let label = Array(help.label.utf8)[help.parameters[active].range]
            #expect(String(decoding: label, as: UTF8.self).hasPrefix(wanted), "\(text): \(help)")
        }
        let block = Marked(Desk.small.replacing("fold(f)", with: "fold(f, $0)"))
        #expect(Desk.analysis(block).callHelp(at: block.offset)?.label == "fold(filters: int, kernel: int = 7)")
    }
}

@Suite struct PlaceTests {
    private func word(_ location: Location, _ analysis: Analysis) throws -> String {
        let text = location.path == analysis.path ? analysis.text : try Desk.read(location.path)
        return String(decoding: text[location.range], as: UTF8.self)
    }

    private func offset(_ text: String, of word: String, in analysis: Analysis) throws -> Int {
        let whole = String(decoding: analysis.text, as: UTF8.self)
        let line = try #require(whole.range(of: text))
        let place = try #require(whole.range(of: word, range: line))
        return whole[..<place.lowerBound].utf8.count + 1
    }

    @Test func namesLeadToTheirDeclarations() throws {
        let eqt = try Desk.analysis(of: Desk.eqt)
        let picker = eqt.definitions(at: try offset("p: [1, window] = code -> picker(", of: "picker", in: eqt))
        #expect(picker.count == 1)
        #expect(eqt.file.position(of: picker[0].range.lowerBound).line == (try Desk.top() + 83))
        let drop = eqt.definitions(
            at: try offset("dropout: drop, recurrent_dropout: drop)\n                ->", of: "drop,", in: eqt))
        #expect(drop.map { eqt.file.position(of: $0.range.lowerBound).line } == [try Desk.top() + 6])
    }

    @Test func aVariantLeadsToItsParent() throws {
        let gru = try Desk.analysis(of: Desk.root + "/architectures/eqt/gru.arch")
        let context = gru.definitions(at: try offset("replace context.lstm", of: "context", in: gru))
        #expect(context.map(\.path) == [Desk.eqt])
        #expect(try word(context[0], gru) == "context")
        let stages = gru.definitions(at: try offset("replace context.lstm", of: "lstm", in: gru))
        #expect(stages.count == 1 && stages[0].path == Desk.eqt)
        #expect(try word(stages[0], gru).hasPrefix("lstm("))
        #expect(gru.definitions(at: try offset("of \"eqt.arch\"", of: "eqt", in: gru)).map(\.path) == [Desk.eqt])
        #expect(gru.links.map(\.path) == [Desk.eqt])
    }

    @Test func referencesAreAllPlaces() throws {
        let marked = Marked(Desk.small.replacing("block fold", with: "block fo$0ld"))
        let analysis = Desk.analysis(marked)
        #expect(analysis.references(at: marked.offset).count == 2)
        #expect(analysis.highlights(at: marked.offset).map(\.isDeclaration) == [false, true])
    }

    @Test func renamingChangesEveryPlace() throws {
        let marked = Marked(Desk.small.replacing("code = deep", with: "co$0de = deep"))
        var workspace = Desk.open("/nowhere/text.arch", marked.text)
        let analysis = workspace.analysis(of: "/nowhere/text.arch")!
        let renaming = try analysis.rename(at: marked.offset, to: "folded", others: [], in: workspace)
        let text = Desk.apply(renaming.changes, to: marked.text)
        #expect(text.components(separatedBy: "folded").count == 3 && !text.contains("code ") && !text.contains(" code"))
        #expect(renaming.warning != nil)
        #expect(throws: RenameRefusal.self) {
            try analysis.rename(at: marked.offset, to: "deep", others: [], in: workspace)
        }
        for wrong in ["", "a b", "3d", "return", "né", "`x`", "a\nb"] {
            #expect(throws: RenameRefusal.self) {
                try analysis.rename(at: marked.offset, to: wrong, others: [], in: workspace)
            }
        }
    }

    /// A label that variants name is renamed there, too, and the person is asked: weights carry it.
    @Test func renamingALabelReachesTheVariants() throws {
        let folder = Desk.root + "/architectures/eqt"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".arch") }.map {
            folder + "/" + $0
        }
        var workspace = Desk.open(Desk.eqt, try Desk.read(Desk.eqt))
        let eqt = workspace.analysis(of: Desk.eqt)!
        let place = try offset("} as context", of: "context", in: eqt)
        let renaming = try eqt.rename(at: place, to: "memory", others: files, in: workspace)
        #expect(renaming.warning?.contains("context") == true)
        let changed = Set(renaming.changes.map(\.location.path))
        #expect(changed.contains(Desk.eqt) && changed.contains(folder + "/gru.arch"))
        // With the changes everything compiles as it did.
        for path in changed {
            workspace.open(path, Array(Desk.apply(renaming.changes, to: try Desk.read(path), at: path).utf8))
        }
        for path in files {
            let after = workspace.look(at: path)!
            #expect(!after.compilation.hasErrors, "\(path): \(after.compilation.diagnostics.map(\.message))")
        }
    }

    @Test func hierarchiesAreFound() throws {
        let eqt = try Desk.analysis(of: Desk.eqt)
        let decoder = try #require(eqt.hierarchyItem(at: try offset("block decoder", of: "decoder", in: eqt)))
        #expect(eqt.callers(of: decoder).map(\.item.name) == ["EQTransformer", "picker"])
        let network = try #require(
            eqt.hierarchyItem(at: try offset("network EQTransformer", of: "EQTransformer", in: eqt)))
        #expect(
            Set(eqt.callees(of: network).map(\.item.name)) == [
                "regular_conv", "residual", "transformer", "decoder", "picker",
            ])
    }
}

@Suite struct StructureTests {
    @Test func theOutlineHasWhatTheTextDeclares() throws {
        let eqt = try Desk.analysis(of: Desk.eqt)
        #expect(
            eqt.outline.map(\.name) == [
                "EQTransformer", "regular_conv", "residual", "transformer", "decoder", "picker",
            ])
        let inside = eqt.outline[0].children.map(\.name)
        #expect(inside.contains("waveform") && inside.contains("train") && inside.contains("detection"))
        let deep = try #require(eqt.outline[0].children.first { $0.name == "deep" })
        #expect(deep.detail == "[64, 47]" && deep.children.map(\.name) == ["encoder", "deepen"])
        for item in eqt.outline {
            #expect(
                item.range.lowerBound <= item.selection.lowerBound && item.selection.upperBound <= item.range.upperBound
            )
        }
    }

    @Test func foldsAndSelectionsNest() throws {
        let eqt = try Desk.analysis(of: Desk.eqt)
        #expect(eqt.folds.contains { $0.isComment } && eqt.folds.count > 8)
        for offset in stride(from: 0, to: eqt.text.count, by: 37) {
            let ranges = eqt.selections(at: offset)
            #expect(ranges.last == 0..<eqt.text.count)
            for (inner, outer) in zip(ranges, ranges.dropFirst()) {
                #expect(outer.lowerBound <= inner.lowerBound && inner.upperBound <= outer.upperBound)
            }
        }
    }

    @Test func wordsAreColouredByMeaning() throws {
        let analysis = Desk.analysis("/nowhere/text.arch", Array(Desk.small.utf8))
        func roles(_ word: String) -> [Coloured.Role] {
            analysis.colours.filter { analysis.spelling($0.range.lowerBound, $0.range.upperBound) == word }.map(\.role)
        }
        #expect(Set(roles("conv")) == [.layer] && Set(roles("fold")) == [.block])
        #expect(roles("encoder") == [.label] && Set(roles("drop")) == [.parameter] && Set(roles("code")) == [.array])
        #expect(roles("Hz") == [.unit] && roles("network") == [.keyword])
        let ranges = analysis.colours.map(\.range)
        for (one, next) in zip(ranges, ranges.dropFirst()) { #expect(one.upperBound <= next.lowerBound) }
    }

    @Test func layoutIsWhatFormatGives() throws {
        for end in ["\n", "\r\n"] {
            let text = "network A {\n  input x: [3, 10]\n\n\n  a = x -> relu   // one\n  output y = a->conv( 1,3 )\n}\n"
                .replacingOccurrences(of: "\n", with: end)
            let analysis = Desk.analysis("/nowhere/text.arch", Array(text.utf8))
            let changed = Desk.apply(analysis.layout(), to: Array(text.utf8))
            #expect(Array(changed.utf8) == format(Array(text.utf8)))
        }
        #expect(Desk.analysis("/nowhere/text.arch", Array("network {".utf8)).layout().isEmpty)
    }

    @Test func lensesAndPicture() throws {
        let eqt = try Desk.analysis(of: Desk.eqt)
        #expect(eqt.lenses.contains { $0.title.hasPrefix("371,639 parameters · ") })
        #expect(eqt.picture?.contains("data-path=\"context\"") == true)
        let place = try #require(eqt.place(ofPath: "context"))
        #expect(eqt.file.position(of: place.range.lowerBound).line == (try Desk.top() + 21))
        let gru = try Desk.analysis(of: Desk.root + "/architectures/eqt/gru.arch")
        #expect(gru.lenses.contains { $0.title.contains("-4,704 beside EQTransformer") })
        #expect(
            gru.lenses.contains { $0.deed == .showDifference } && !eqt.lenses.contains { $0.deed == .showDifference })
    }
}

@Suite struct ActionTests {
    private func actions(_ marked: String) -> (analysis: Analysis, actions: [Action]) {
        let marked = Marked(marked)
        let analysis = Desk.analysis(marked)
        return (analysis, analysis.actions(in: marked.offset..<marked.offset))
    }

    private func result(_ action: Action, _ analysis: Analysis) -> Analysis {
        Desk.analysis("/nowhere/text.arch", Array(Desk.apply(action.changes, to: analysis.text).utf8))
    }

    @Test func findingsAreMended() throws {
        let (analysis, found) = actions(
            Desk.small.replacing("-> max_pool(2)", with: "-> max_p$0ol(2)").replacing("max_p$0ool", with: "max_p$0ol"))
        let fix = try #require(found.first { $0.kind == .fix })
        #expect(fix.title == "replace 'max_pol' by 'max_pool'")
        #expect(!result(fix, analysis).compilation.hasErrors)
        #expect(found.contains { $0.kind == .fixAll })
    }

    @Test func refactoringsKeepTheMeaning() throws {
        for marked in [
            Desk.small.replacing("code = deep", with: "co$0de = deep"),
            Desk.small.replacing("network Small", with: "network Sm$0all"),
            Desk.small.replacing("-> conv(1, 3)", with: "-> co$0nv(1, 3)"),
        ] {
            let (analysis, found) = actions(marked)
            #expect(!found.isEmpty)
            for action in found {
                let after = result(action, analysis)
                #expect(
                    !after.compilation.hasErrors, "\(action.title): \(after.compilation.diagnostics.map(\.message))")
                #expect(
                    after.compilation.network?.graph.meaningHash() == analysis.compilation.network?.graph.meaningHash())
            }
        }
    }

    /// What the new file says is right before the first change, and means what the parent means.
    @Test func aStageGetsAVariantOfItsOwn() throws {
        let marked = Marked(Desk.small.replacing("-> lstm(8)", with: "-> ls$0tm(8)"))
        let small = Desk.analysis(marked)
        let action = try #require(
            small.actions(in: marked.offset..<marked.offset).first { $0.title.hasPrefix("make a variant") })
        #expect(action.newFile == "/nowhere/text_lstm.arch")
        #expect(
            action.changes.map(\.text) == [
                "variant Small_lstm of \"text.arch\" {\n    replace memory with lstm(units: 8)\n}\n"
            ])
        var workspace = Desk.open("/nowhere/text.arch", marked.text)
        workspace.open("/nowhere/text_lstm.arch", Array(action.changes[0].text.utf8))
        let analysis = workspace.analysis(of: "/nowhere/text_lstm.arch")
        let made = try #require(analysis)
        #expect(made.compilation.network?.graph.trainableCount == small.compilation.network?.graph.trainableCount)
    }

    @Test func stagesBecomeABlock() throws {
        let text = Array(Desk.small.utf8)
        let analysis = Desk.analysis("/nowhere/text.arch", text)
        let start = Desk.small.range(of: "conv(1, 3)")!.lowerBound
        let end = Desk.small.range(of: "-> sigmoid")!.upperBound
        let range = Desk.small[..<start].utf8.count..<Desk.small[..<end].utf8.count
        let action = try #require(analysis.actions(in: range).first { $0.kind == .extract })
        let after = result(action, analysis)
        #expect(!after.compilation.hasErrors)
        #expect(after.tree.blocks.map(\.name.text) == ["fold", "part"])
        #expect(after.compilation.network?.graph.trainableCount == analysis.compilation.network?.graph.trainableCount)
    }
}

/// No offset of any text, whole or broken, is too much to ask about.
@Suite struct EveryOffsetTests {
    @Test func everyQuestionEverywhere() throws {
        var texts = [
            Array(Desk.small.utf8), Array(Desk.small.utf8.dropLast(40)),
            Array(Desk.small.replacing("->", with: "-").utf8), [],
        ]
        texts.append(
            Array(
                "variant A of \"\(Desk.eqt)\" {\n    set context.lstm.units = \n    replace\n    remove encoder.0\n}\n"
                    .utf8))
        for text in texts {
            let workspace = Desk.open("/nowhere/text.arch", text)
            let analysis = Desk.analysis("/nowhere/text.arch", text)
            for offset in 0...text.count {
                _ = analysis.hover(at: offset)
                for suggestion in analysis.completion(at: offset).suggestions.prefix(1) {
                    #expect(!suggestion.label.isEmpty)
                }
                _ = analysis.callHelp(at: offset)
                _ = analysis.references(at: offset)
                _ = analysis.definitions(at: offset)
                _ = analysis.selections(at: offset)
                _ = analysis.path(at: offset)
                _ = analysis.hierarchyItem(at: offset)
                _ = try? analysis.rename(at: offset, to: "other", others: [], in: workspace)
                _ = analysis.actions(in: offset..<min(text.count, offset + 40))
            }
            _ = (analysis.outline, analysis.folds, analysis.colours, analysis.lenses, analysis.layout(), analysis.hints)
        }
    }
}

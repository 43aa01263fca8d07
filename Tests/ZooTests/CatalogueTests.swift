@testable import Views
import Foundation
import Testing

@testable import Zoo

@Suite struct CatalogueTests {
    /// A folder with these files, removed with the value.
    final class Folder {
        let path = NSTemporaryDirectory() + "strata-zoo-\(UUID().uuidString)"
        init(_ files: [String]) throws {
            for file in files {
                let url = URL(fileURLWithPath: path + "/" + file)
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data("network X {}".utf8).write(to: url)
            }
        }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var catalogue: Catalogue { Catalogue(folders: [.init(path: path, reason: "a test's")]) }
    }

    @Test func namesLeadToFiles() throws {
        let folder = try Folder(["eqt/eqt.arch", "eqt/gru.arch", "picker/phasenet.arch", "mine.arch", "notes.txt"])
        let catalogue = folder.catalogue
        #expect(catalogue.entries.map(\.name) == ["eqt/eqt", "eqt/gru", "mine", "picker/phasenet"])
        #expect(catalogue.entries.map(\.family) == ["eqt", "eqt", "", "picker"])
        for (name, file) in [
            ("eqt", "eqt/eqt.arch"), ("eqt/gru", "eqt/gru.arch"), ("EQT/GRU", "eqt/gru.arch"),
            ("phasenet", "picker/phasenet.arch"), ("mine", "mine.arch"), ("gru", "eqt/gru.arch"),
            (folder.path + "/mine.arch", "mine.arch"),
        ] {
            #expect(try catalogue.path(of: name) == folder.path + "/" + file)
        }
    }

    @Test func whatIsNotThereIsExplained() throws {
        let folder = try Folder(["eqt/eqt.arch", "volcano/lstm.arch", "mine/lstm.arch"])
        func failure(_ name: String) -> Catalogue.NotFound? {
            do {
                _ = try folder.catalogue.path(of: name)
                return nil
            } catch { return error }
        }
        #expect(failure("lstm")?.help == "say which: mine/lstm, volcano/lstm")
        #expect(failure("volcano/lst")?.help == "did you mean 'volcano/lstm'?")
        #expect(failure("eqtt")?.help == "did you mean 'eqt/eqt'?")
        #expect(failure("nothing/at/all")?.help?.contains(folder.path) == true)
        #expect(failure("absent.arch")?.isMissingFile == true)
        #expect(failure("nothing/at/all")?.isMissingFile == false)
        #expect(Catalogue(folders: []).whereItLooked.contains("STRATA_PATH"))
    }

    @Test func earlierFoldersWin() throws {
        let mine = try Folder(["eqt/eqt.arch"])
        let theirs = try Folder(["eqt/eqt.arch", "eqt/gru.arch"])
        let catalogue = Catalogue(folders: [
            .init(path: mine.path, reason: ""), .init(path: theirs.path, reason: ""),
        ])
        #expect(try catalogue.path(of: "eqt") == mine.path + "/eqt/eqt.arch")
        #expect(try catalogue.path(of: "eqt/gru") == theirs.path + "/eqt/gru.arch")
    }

    @Test func filesThatDoNotCompileAreNamed() throws {
        let folder = try Folder(["a/good.arch", "a/bad.arch", "a/blocks.arch"])
        let good = """
            network Good {
                input x: [4]
                output y: [2] = x -> dense(2)
            }
            """
        try Data(good.utf8).write(to: URL(fileURLWithPath: folder.path + "/a/good.arch"))
        try Data("network Bad { output y = x }".utf8).write(to: URL(fileURLWithPath: folder.path + "/a/bad.arch"))
        try Data("block half on x { return x }".utf8).write(to: URL(fileURLWithPath: folder.path + "/a/blocks.arch"))
        let (portraits, broken) = folder.catalogue.survey()
        #expect(portraits.map(\.entry.name) == ["a/good"])
        #expect(broken.map(\.name) == ["a/bad"])
    }

    @Test func architecturesAreFoundFromWithin() throws {
        let folder = try Folder(["architectures/eqt/eqt.arch", "deep/er/still/x.arch"])
        let found = Catalogue.architectures(above: folder.path + "/deep/er/still")
        #expect(found == URL(fileURLWithPath: folder.path + "/architectures").standardizedFileURL.path)
    }

    @Test func storiesHaveFields() {
        let story = Story(
            """
            A network. It does
            something.

            More of it.

            - Paper: Somebody (2020),
              doi:10.1000/1
            - Conflict: The text says 3.
            - Conflict: The figure says 4.
            - an item: of a list

            The end.
            """)
        #expect(story.summary == "A network. It does something.")
        #expect(story["Paper"] == ["Somebody (2020), doi:10.1000/1"])
        #expect(story["Conflict"] == ["The text says 3.", "The figure says 4. - an item: of a list"])
        #expect(story.paragraphs == ["More of it.", "The end."])
        #expect(Story("").summary.isEmpty)
    }

    /// Which published weights fit a network, how they come in and what was learnt from them stands in its file, and
    /// what it says leads to it.
    @Test func networksTellOfTheirWeights() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let catalogue = Catalogue(folders: [.init(path: root + "/architectures", reason: "the house's")])
        for (name, words) in [
            ("eqt/eqt", ["dropout 0.2", "212 arrays", "drop=0.2"]), ("eqt/conservative", ["0.1", ".02, .40, .58"]),
            ("eqt/seisbench", ["original_compatible"]), ("eqt/seisbench_original", ["eqt/seisbench_conservative"]),
            ("eqt/seisbench_conservative", ["eqt/seisbench_original"]), ("picker/phasenet", ["SeisBench"]),
            ("picker/gpd", ["Class 0 is P, 1 is S, 2 noise", "order of time"]),
        ] {
            let portrait = try Portrait(catalogue.entry(name))
            let text = portrait.story["Weights"].joined(separator: " ")
            for word in words { #expect(text.contains(word), "\(name): \(text)") }
            let target = text.components(separatedBy: " --as ").dropFirst().first?.split(separator: " ").first
            #expect(try catalogue.entry(target.map(String.init) ?? "nothing").name == name)
            #expect(portrait.lines().contains { $0.hasPrefix("Weights") })
        }
        let other = try Portrait(catalogue.entry("eqt/gru")).lines()
        #expect(other.contains { $0.hasPrefix("Weights") && $0.contains("none are known") }, "\(other)")
    }

    @Test func linesAreWrapped() {
        #expect(Wording.wrapped("one two three", width: 9, head: "A ") == ["A one two", "  three"])
        #expect(Wording.wrapped("unbreakable", width: 4) == ["unbreakable"])
    }
}

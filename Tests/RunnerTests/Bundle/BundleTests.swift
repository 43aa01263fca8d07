import Files
import Foundation
import GraphIR
import Interpreter
import Seismic
import Testing

@testable import Runner

/// A bundle is the same bytes every time, says the same elsewhere, and is taken only as it was made.
@Suite struct BundleTests {
    private func made(_ scratch: borrowing Scratch) throws -> (path: String, bytes: [UInt8]) {
        let file = try ToyStudy.file()
        let weights = Weights(initializing: file.network.graph, seed: 3)
        let origin = BundleManifest.Origin(
            name: "Toy", version: "1", authors: ["A. Person"], citation: nil, licence: "MIT")
        let bytes = try ModelBundle.make(BundleOrder(file: file, weights: weights, origin: origin, program: "test"))
        let path = scratch.path + "/toy.strata"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return (path, bytes)
    }

    @Test func theSameBytesEveryTimeAndTheSameAnswer() throws {
        let scratch = try Scratch()
        let (path, bytes) = try made(scratch)
        #expect(try made(scratch).bytes == bytes)
        #expect(ModelBundle.isBundle(path))
        let bundle = try ModelBundle(reading: path)
        #expect(bundle.identity.count == 64 && bundle.identityLine.hasPrefix("Toy 1, Strata bundle "))
        let file = try bundle.networkFile()
        let graph = try ToyStudy.file().network.graph
        #expect(file.network.graph.meaningHash(.builtIn) == graph.meaningHash(.builtIn))
        #expect(try bundle.weights(for: graph) == Weights(initializing: graph, seed: 3))
        let verdict = try bundle.verify()
        #expect(verdict.isMet && verdict.largest?.largest == 0)
        let names = try bundle.unpack(to: scratch.path + "/out")
        #expect(names.contains("network.arch") && names.first == "manifest.json")
        #expect(throws: RunError.self) { try bundle.unpack(to: scratch.path + "/out") }
    }

    /// Whatever byte is changed, the bundle is refused.
    @Test func anyChangedByteIsNoticed() throws {
        let scratch = try Scratch()
        let bytes = try made(scratch).bytes
        // The manifest vouches for all else, and nothing for it: its own changes are another identity.
        let manifestEnd = 30 + 13 + (try ModelBundle(FileBytes(bytes, name: "x"), path: "x")).members[0].contents.count
        for place in stride(from: 0, to: bytes.count, by: max(61, bytes.count / 300))
        where !(30..<manifestEnd).contains(place) {
            var changed = bytes
            changed[place] ^= 1
            #expect(throws: (any Error).self, "byte \(place)") {
                try ModelBundle(FileBytes(changed, name: "x"), path: "x")
            }
        }
        for length in stride(from: 0, to: bytes.count, by: max(997, bytes.count / 30)) {
            #expect(throws: (any Error).self) {
                try ModelBundle(FileBytes(Array(bytes.prefix(length)), name: "x"), path: "x")
            }
        }
    }

    /// The bundle with its members changed, written as a zip without a look at the manifest.
    private func message(_ change: (inout [(name: String, contents: [UInt8])]) throws -> Void) throws -> String {
        let scratch = try Scratch()
        var members = try ModelBundle(reading: made(scratch).path).members
        try change(&members)
        let bytes = try ZipArchive.stored(members)
        do {
            let bundle = try ModelBundle(FileBytes(bytes, name: "x"), path: "x")
            _ = try bundle.verify()
            return "taken"
        } catch { return "\(error)" }
    }

    @Test func anAlteredMemberIsNamedWithBothHashes() throws {
        var hashes: [String] = []
        let said = try message { members in
            let place = try #require(members.firstIndex { $0.name == "prepare.txt" })
            hashes.append(SHA256.hex(of: members[place].contents))
            members[place].contents.append(33)
            hashes.append(SHA256.hex(of: members[place].contents))
        }
        #expect(said.contains("prepare.txt") && hashes.allSatisfy(said.contains), "\(said)")
    }

    @Test func strangeNamesAreRefused() throws {
        for name in ["../x", "/etc/x", "a/../b", "a\\b", "a//b", "C:x", "", "a b"] {
            #expect(try message { $0.append((name, [1])) }.contains("no name for a member"), "\(name)")
        }
        #expect(try message { $0.append(("card.md", [1])) }.contains("twice"))
        #expect(try message { $0.append(("CARD.md", [1])) }.contains("twice"))
        #expect(try message { $0.append(("stray", [1])) }.contains("not in the manifest"))
        #expect(try message { $0.removeLast() }.contains("is missing"))
        #expect(try message { $0.removeFirst() }.contains("no manifest"))
        #expect(try message { $0.swapAt(1, 2) }.contains("another order"))
    }

    /// A manifest whose hashes are right and whose words are not.
    private func lying(_ change: (inout BundleManifest) -> Void) throws -> String {
        try message { members in
            var manifest = try BundleManifest(json: JSON(parsing: members[0].contents), path: "x")
            change(&manifest)
            members[0].contents = manifest.bytes
        }
    }

    @Test func aManifestThatLiesIsFoundOut() throws {
        #expect(try lying { _ in } == "taken")
        #expect(try lying { $0.hash = "00" }.contains("hash of the network"))
        #expect(try lying { $0.tensors = "00" }.contains("hash of the numbers"))
        #expect(try lying { $0.interface = "no" }.contains("says that the network is"))
        #expect(try lying { $0.example.tolerance = 1e9 }.contains("tolerance"))
        #expect(try lying { $0.example.output = "nowhere" }.contains("nowhere"))
        #expect(try lying { $0.members.append($0.members[0]) }.contains("twice"))
        #expect(
            try lying {
                $0.plugins = [.init(path: "p.swift", file: "p.swift", sha256: "abc", brings: ["layer sinc"])]
            }.contains("wants the plugin p.swift (layer sinc) with the SHA-256 abc"))
        #expect(
            try message { members in
                let text = String(decoding: members[0].contents, as: UTF8.self)
                members[0].contents = Array(text.replacingOccurrences(of: "\"format\": 1", with: "\"format\": 9").utf8)
            }.contains("format 9"))
    }

    /// A packed member could become larger than the file; the directory alone says that one is.
    @Test func packedMembersAreRefused() throws {
        let scratch = try Scratch()
        var bytes = try made(scratch).bytes
        let file = FileBytes(bytes, name: "x")
        let member = try #require(try ZipArchive.members(of: file).first { $0.name == "card.md" })
        bytes[member.offset + 8] = 8
        let name = Array("card.md".utf8)
        let entry = try #require(
            (member.offset + 60..<bytes.count - 22 - name.count + 1).last { Array(bytes[$0..<$0 + name.count]) == name }
        )
        bytes[entry - 46 + 10] = 8
        #expect {
            try ModelBundle(FileBytes(bytes, name: "x"), path: "x")
        } throws: { "\($0)".contains("is packed") }
    }

    /// An answer that does not come out is told with its size.
    @Test func anotherAnswerIsTold() throws {
        let scratch = try Scratch()
        let bundle = try ModelBundle(reading: made(scratch).path)
        var manifest = bundle.manifest
        var members = bundle.members
        let place = try #require(members.firstIndex { $0.name == manifest.example.output })
        let said = try NPZ.read(FileBytes(members[place].contents, name: "y"))
        var floats = said[0].array.floats
        floats[7] += 0.25
        members[place].contents = try BundleExample.packed([
            NamedArray(said[0].name, shape: said[0].array.shape, values: floats)
        ])
        manifest.members[place - 1].sha256 = SHA256.hex(of: members[place].contents)
        members[0].contents = manifest.bytes
        let other = try ModelBundle(FileBytes(ZipArchive.stored(members), name: "x"), path: "x")
        let verdict = try other.verify()
        #expect(!verdict.isMet && verdict.largest?.index == 7)
        #expect(abs((verdict.largest?.largest ?? 0) - 0.25) < 1e-6)
    }

    // MARK: Picks

    /// The bundle with another table of picks, and hashes that fit it.
    private func agreement(_ change: (inout [[String]]) -> Void) throws -> PickAgreement {
        let scratch = try Scratch()
        let bundle = try ModelBundle(reading: made(scratch).path)
        var manifest = bundle.manifest
        var members = bundle.members
        let place = try #require(members.firstIndex { $0.name == BundleManifest.Picking.picks })
        var rows = CSV.rows(String(decoding: members[place].contents, as: UTF8.self))
        try #require(rows.count > 1, "an untrained network that says nothing compares nothing")
        change(&rows)
        members[place].contents = Array(CSV.text(rows).utf8)
        manifest.members[place - 1].sha256 = SHA256.hex(of: members[place].contents)
        manifest.members[place - 1].size = members[place].contents.count
        members[0].contents = manifest.bytes
        let verdict = try ModelBundle(FileBytes(ZipArchive.stored(members), name: "x"), path: "x").verify()
        return try #require(verdict.picks)
    }

    @Test func picksOfTheRecordAreCompared() throws {
        let same = try agreement { _ in }
        #expect(same.isMet && same.there == same.same && same.there > 0 && same.excused.isEmpty)
        let fewer = try agreement { $0.removeLast() }
        #expect(!fewer.isMet && fewer.differing.first?.contains("is not in the bundle") == true)
        let surer = try agreement { rows in rows[1][6] = PickText.decimal((Double(rows[1][6]) ?? 0) + 0.01, 4) }
        #expect(!surer.isMet && surer.differing.first?.contains("has the probability") == true)
        let later = try agreement { rows in
            for column in [5, 7, 8] {
                rows[1][column] = PickText.iso(
                    (Instant(rows[1][column]) ?? .init(nanoseconds: 0)).advanced(bySeconds: 1))
            }
        }
        #expect(later.differing.count == 2, "\(later.differing)")
        let moved = try agreement { rows in
            rows[1][7] = PickText.iso((Instant(rows[1][7]) ?? .init(nanoseconds: 0)).advanced(bySeconds: -0.2))
        }
        #expect(!moved.isMet && moved.differing.first?.contains("its begin is") == true, "\(moved.differing)")
        // A pick that stands at the threshold may be on one side only.
        let doubtful = try agreement { rows in
            var row = rows[1]
            for column in [5, 7, 8] {
                row[column] = PickText.iso((Instant(row[column]) ?? .init(nanoseconds: 0)).advanced(bySeconds: 9))
            }
            row[6] = "0.3000"
            rows.append(row)
        }
        #expect(doubtful.isMet && doubtful.excused.count == 1, "\(doubtful)")
    }

    /// What a stranger's manifest says of picking is held to what picking can do.
    @Test func settingsOfPickingAreChecked() throws {
        for (key, value) in [
            ("hop", "0"), ("hop", "97"), ("blind", "-1"), ("rule", "\"best\""), ("stack", "\"sum\""),
            ("grid", "\"mine\""), ("length", "100000000000"),
        ] {
            let said = try message { members in
                var json = try JSON(parsing: members[0].contents)
                guard case .object(var parts) = json, let place = parts.firstIndex(where: { $0.key == "picking" }),
                    case .object(var inner) = parts[place].value, let own = inner.firstIndex(where: { $0.key == key })
                else { throw RunError(.badData, "the test's bundle has no '\(key)'") }
                inner[own].value = try JSON(parsing: Array(value.utf8))
                parts[place].value = .object(inner)
                json = .object(parts)
                members[0].contents = Array((json.text(indented: true) + "\n").utf8)
            }
            #expect(said.contains("'picking'"), "\(key) \(value): \(said)")
        }
    }
}

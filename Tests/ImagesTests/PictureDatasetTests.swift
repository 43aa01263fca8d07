import Files
import Foundation
import GraphIR
import Testing

@testable import Images
@testable import Datasets
@testable import Seismic

/// Pictures as data: whatever they lie in, a sample is the same.
@Suite struct PictureDatasetTests {
    @Test func aFolderForEachClass() throws {
        let dataset = try openDataset(Fixture.path("digits"))
        #expect(dataset.format == "pictures" && dataset.count == 40)
        let classes = Set((0..<40).compactMap { dataset.metadata($0)["trace_category"] })
        #expect(classes == Set((0...9).map(String.init)))
        let first = try dataset.trace(0)
        #expect(first.plane == Plane(height: 8, width: 8) && first.components == "G")
        #expect(first.samples.allSatisfy { (0...1).contains($0) } && first.samples.max() ?? 0 > 0.9)
        let all = (0..<40).compactMap { dataset.split($0) }
        #expect(all.count == 40 && all.contains(.train))
        // A picture stays on its side when others go.
        try withTemporaryFolder { folder in
            let copy = folder.appendingPathComponent("digits").path
            try FileManager.default.copyItem(atPath: Fixture.path("digits"), toPath: copy)
            try FileManager.default.removeItem(atPath: copy + "/" + dataset.name(0))
            let fewer = try openDataset(copy)
            #expect(fewer.count == 39)
            for index in 0..<39 { #expect(fewer.split(index) == dataset.split(index + 1)) }
        }
    }

    /// Pixels, colours and classes, where seismograms have a rate and components.
    @Test func whatAFolderHolds() throws {
        let summary = try DatasetSummary(openDataset(Fixture.path("digits")), readingAll: false, collectingBad: false)
        #expect(summary.lines[0].hasSuffix("digits: 40 pictures, format pictures"))
        #expect(summary.lines.contains("  pixels      8 high, 8 wide (1 of 40 read)"), "\(summary.lines)")
        #expect(summary.lines.contains("  colours     G"))
        #expect(summary.lines.contains { $0.hasPrefix("  classes     5 6, 9 6, 0 5, 6 4") })
        #expect(!summary.lines.contains { $0.contains("rate ") || $0.contains("components") })
        let some = try DatasetSummary(
            openDataset("synthetic:images:20,side=32"), readingAll: true, collectingBad: false)
        #expect(some.pictures?.heights == 32...32 && some.pictures?.colours == ["RGB": 20])
        #expect(some.categories.map(\.count) == [Int](repeating: 2, count: 10))
    }

    @Test func sidesThatFoldersSay() throws {
        try withTemporaryFolder { folder in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("small_4_5.png")))
            for (side, count) in [("train", 40), ("test", 3)] {
                for name in ["a", "b"] {
                    let place = folder.appendingPathComponent("\(side)/\(name)")
                    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                    for index in 0..<count { try bytes.write(to: place.appendingPathComponent("\(index).png")) }
                }
            }
            try Data().write(to: folder.appendingPathComponent("train/a/notes.txt"))
            let dataset = try openDataset(folder.path)
            let sides = (0..<dataset.count).compactMap { dataset.split($0) }
            #expect(sides.count { $0 == .test } == 6 && sides.count { $0 != .test } == 80)
            #expect((1...20).contains(sides.count { $0 == .dev }))
            #expect(dataset.leftOut.map(\.count) == [1])
        }
    }

    @Test func aTableOfFilesAndTags() throws {
        try withTemporaryFolder { folder in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("small_4_5.png")))
            for name in ["one.png", "two.png", "three.png"] {
                try bytes.write(to: folder.appendingPathComponent(name))
            }
            let table =
                "file,label,split,year\none.png,beach;people,train,1999\ntwo.png,beach,test,\nthree.png,,dev,2001\n"
            try Data(table.utf8).write(to: folder.appendingPathComponent("labels.csv"))
            let dataset = try openDataset(folder.path)
            #expect((0..<3).map { dataset.metadata($0)["picture_tags"] } == ["beach;people", "beach", nil])
            #expect((0..<3).map { dataset.metadata($0)["trace_category"] } == [nil, "beach", nil])
            #expect((0..<3).map { dataset.split($0) } == [.train, .test, .dev])
            #expect(dataset.metadata(2)["year"] == "2001")
            let labeler = try TagsLabeler(
                Arguments(["values": .list([.string("people"), .string("beach")])]),
                window: TensorType(Shape(3, 5, 4)), output: TensorType(Shape(2)))
            let facts = TraceFacts(columns: dataset.columns)
            #expect(labeler.label(for: facts.window(try dataset.trace(0))).values == [1, 1])
            #expect(labeler.label(for: facts.window(try dataset.trace(1))).values == [0, 1])
            #expect(labeler.label(for: facts.window(try dataset.trace(2))).values == [0, 0])
            // No table leads out of its folder.
            try Data("file,label\n../one.png,a\n".utf8).write(to: folder.appendingPathComponent("labels.csv"))
            #expect(throws: DataError.self) { try openDataset(folder.path) }
        }
    }

    /// The same digits as PNG, as IDX, as CIFAR has its pictures, and as arrays.
    @Test func stacksAreTheSamePictures() throws {
        let files = try openDataset(Fixture.path("digits"))
        let numbers = try IDX.read(FileBytes(mapping: Fixture.path("digits-images-idx3-ubyte")))
        try withTemporaryFolder { folder in
            for name in ["digits-images-idx3-ubyte", "digits-labels-idx1-ubyte"] {
                try FileManager.default.copyItem(
                    atPath: Fixture.path(name), toPath: folder.appendingPathComponent(name).path)
            }
            let idx = try openDataset(folder.path)
            #expect(idx.format == "idx" && idx.count == 40)
            for index in 0..<files.count {
                let number = try #require(
                    Int(files.name(index).split(separator: "/").last?.dropLast(4) ?? "").map { $0 })
                #expect(try idx.trace(number).samples == files.trace(index).samples)
                #expect(idx.metadata(number)["trace_category"] == files.metadata(index)["trace_category"])
            }
        }
        try withTemporaryFolder { folder in
            try NPY.write(numbers, to: folder.appendingPathComponent("images.npy").path)
            let labels = try IDX.read(FileBytes(mapping: Fixture.path("digits-labels-idx1-ubyte")))
            try NPY.write(labels, to: folder.appendingPathComponent("labels.npy").path)
            let arrays = try openDataset(folder.path)
            #expect(arrays.format == "arrays" && arrays.count == 40)
            #expect(try arrays.trace(7).samples == numbers.floats[448..<512].map { $0 / 255 })
        }
    }

    @Test func cifarsRecords() throws {
        try withTemporaryFolder { folder in
            func record(_ label: UInt8) -> [UInt8] { [label] + (0..<3072).map { UInt8($0 / 1024 * 100 + Int(label)) } }
            for (name, labels) in [("data_batch_1.bin", [UInt8](0..<10)), ("test_batch.bin", [3])] {
                try Data(labels.flatMap(record)).write(to: folder.appendingPathComponent(name))
            }
            try Data("plane\ncar\nbird\ncat\n".utf8).write(to: folder.appendingPathComponent("batches.meta.txt"))
            let dataset = try openDataset(folder.path)
            #expect(dataset.format == "cifar" && dataset.count == 11)
            #expect(dataset.metadata(10)["trace_category"] == "cat" && dataset.split(10) == .test)
            let picture = try dataset.trace(3)
            #expect(picture.plane == Plane(height: 32, width: 32) && picture.components == "RGB")
            #expect(picture.channel(2).allSatisfy { $0 == 203 / 255 })
            try Data([1, 2, 3]).write(to: folder.appendingPathComponent("test_batch.bin"))
            #expect(throws: DataError.self) { try openDataset(folder.path) }
        }
    }

    // MARK: Made pictures

    @Test func theSameForASeed() throws {
        let one = try openDataset("synthetic:images:40,side=32"), two = try openDataset("synthetic:images:60,side=32")
        let other = try openDataset("synthetic:images:40,seed=1,side=32")
        for index in 0..<40 {
            #expect(try one.trace(index).samples == two.trace(index).samples)
            #expect(one.split(index) == two.split(index))
            #expect(try one.trace(index).samples != other.trace(index).samples)
        }
        let classes = (0..<40).compactMap { one.metadata($0)["trace_category"] }
        #expect(Set(classes).count == 10 && classes.count { $0 == "disc" } == 4)
        #expect(throws: DataError.self) { try openDataset("synthetic:images:4,side=4") }
        #expect(throws: DataError.self) { try openDataset("synthetic:images:many") }
    }

    /// What was made survives being a file: its numbers are those of eight bits.
    @Test func whatWasMadeIsAFileToo() throws {
        let made = try openDataset("synthetic:images:10,side=16").trace(4)
        let picture = try #require(made.picture)
        let again = try PNG.read(FileBytes(PNG.bytes(of: picture), name: "again"))
        #expect(Trace(again, name: "again", metadata: TraceMetadata()).samples == made.samples)
    }

    @Test func packedPicturesStayPictures() throws {
        let made = try openDataset("synthetic:images:20,side=16")
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("packed").path
            try PackedDataset.pack(made, to: path, overwrite: false)
            let packed = try openDataset(path)
            for index in 0..<20 {
                let (a, b) = (try made.trace(index), try packed.trace(index))
                #expect(a.samples == b.samples && a.plane == b.plane && a.components == b.components)
                #expect(made.split(index) == packed.split(index))
            }
        }
    }

    /// A picture that stands on two sides is found, and white paper is no clipping.
    @Test func theAuditLooksAtPictures() throws {
        try withTemporaryFolder { folder in
            let png = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("small_4_5.png")))
            for side in ["train/a", "test/a"] {
                let place = folder.appendingPathComponent(side)
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                try png.write(to: place.appendingPathComponent("same.png"))
            }
            try Data("no picture".utf8).write(to: folder.appendingPathComponent("test/a/bad.png"))
            let audit = Audit(try openDataset(folder.path), threads: 2)
            #expect(audit.findings(.unreadable).map(\.subject) == ["test/a/bad.png"])
            #expect(audit.findings(.sharedWaveform).count == 1 && audit.findings(.clipped).isEmpty)
        }
    }
}

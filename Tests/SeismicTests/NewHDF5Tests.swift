import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// The filters lzf and scaleoffset, HDF5 2.0's layout, and links to paths, against what h5py reads.
struct NewHDF5Tests {
    static let names = ["filters_earliest.hdf5", "filters_2.0.hdf5", "links_earliest.hdf5", "links_latest.hdf5"]

    @Test(arguments: names) func readsWhatH5pyReads(name: String) throws {
        let file = try HDF5File(Fixture.path("new_hdf5/\(name)"))
        let expected = try #require(try Fixture.json("new_hdf5/expected.json")[name]?.members)
        #expect(!expected.isEmpty)
        for member in expected {
            let array = try file.dataset(member.key).read()
            #expect(array.shape == member.value["shape"]?.ints, "\(member.key)")
            let isFloat = member.key.contains("f4") || member.key.contains("f8") || member.key == "decimals_packed"
            var hash = SHA256()
            for value in array.doubles {
                let bits = isFloat ? value.bitPattern : UInt64(bitPattern: Int64(value))
                withUnsafeBytes(of: bits.littleEndian) { hash.update($0) }
            }
            #expect(hash.hex == member.value["sha256"]?.string, "\(member.key)")
        }
    }

    @Test(arguments: ["links_earliest.hdf5", "links_latest.hdf5"]) func linksThatLeadNowhereAreNamed(name: String)
        throws
    {
        let file = try HDF5File(Fixture.path("new_hdf5/\(name)"))
        func error(_ path: String) throws -> DataError {
            try #require(throws: DataError.self) { _ = try file.find(path) }
        }
        #expect(try error("data/outside").found.contains("another.hdf5"))
        #expect(try error("data/nowhere").found.contains("/not/there"))
        #expect(try error("data/circle").expected == "links that end")
        let group = try #require(try file.find("data"))
        let members = try file.members(of: group)
        #expect(members.found.map(\.name) == ["absolute", "real", "relative", "twice"])
        #expect(members.others == ["circle", "nowhere", "outside"])
    }

    /// A dataset whose traces are links: those that lead somewhere are read, the others counted.
    @Test func datasetsOfLinksSayWhatTheyLack() throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("linked.hdf5").path
            try FileManager.default.copyItem(atPath: Fixture.path("new_hdf5/links_latest.hdf5"), toPath: path)
            let dataset = try openDataset(path)
            #expect(dataset.count == 4)
            #expect(dataset.leftOut.map(\.count) == [3])
            #expect(dataset.leftOut.first?.description.contains("outside") == true)
        }
    }

    /// Every bit of blocks packed with either filter, and every beginning of the file.
    @Test func damageIsFoundOrHarmless() throws {
        let bytes = try Fixture.bytes("new_hdf5/links_latest.hdf5")
        func read(_ bytes: [UInt8]) throws {
            let file = try HDF5File(FileBytes(bytes, name: "damaged"))
            for path in ["data/absolute", "data/twice", "data/circle", "shortcut/array"] {
                if try file.find(path) != nil { _ = try? file.dataset(path).read() }
            }
            if let group = try file.find("data") { _ = try file.members(of: group) }
        }
        Damage.everyTruncation(of: bytes, read)
        Damage.everyFlippedBit(of: bytes, first: bytes.count, read)
    }

    @Test func packedBlocksThatLieAreRefused() throws {
        let file = FileBytes([], name: "none")
        // A copy from before the start, a run past the end, more than there may be.
        for bytes: [UInt8] in [[0x20, 0x05], [0x05, 1, 2], [0, 7, 0xE0, 0xFF, 0], [0xE0], [0, 1, 0x20]] {
            #expect(throws: DataError.self) { try LZF.unpack(bytes, limit: 20, file, at: 0) }
        }
        #expect(try LZF.unpack([0, 7, 0xE0, 3, 0], limit: 20, file, at: 0) == [UInt8](repeating: 7, count: 13))
        for values in [[], [2, 0, 10, 0, 3, 0, 0, 0], [1, 0, 10, 1, 4, 1, 0, 0], [2, 0, 10, 1, 4, 1, 0, 0]] {
            #expect(throws: DataError.self) { try ScaleOffset(values, file, at: 0) }
        }
        let packing = try ScaleOffset([2, 0, 10, 0, 4, 1, 0, 0], file, at: 0)
        for header: [UInt8] in [[], [33, 0, 0, 0], [7, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF]] {
            let block = header + [UInt8](repeating: 0, count: max(0, 21 - header.count))
            #expect(throws: DataError.self) {
                try packing.undo(header.isEmpty ? [] : block, expecting: 40, file, at: 0)
            }
        }
        #expect(throws: DataError.self) {
            try packing.undo([UInt8](repeating: 0, count: 30), expecting: 44, file, at: 0)
        }
    }
}

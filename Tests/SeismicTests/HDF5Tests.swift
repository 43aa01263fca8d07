import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// Files that h5py wrote in each way that the reader claims, against what h5py reads from them.
@Suite struct HDF5Tests {
    static let files = [
        "numbers_earliest", "numbers_v108", "numbers_latest", "texts_earliest", "texts_v108", "texts_latest",
        "attributes_earliest", "attributes_v108", "attributes_latest", "groups_earliest", "groups_v108",
        "groups_latest", "chunks_earliest", "chunks_v108", "chunks_latest", "pages_latest", "odd_earliest",
        "odd_latest", "userblock", "small_earliest", "small_latest",
    ]

    @Test(arguments: files) func readsWhatH5pyReads(name: String) throws {
        let file = try HDF5File(Fixture.path("hdf5/\(name).hdf5"))
        let expected = try Fixture.json("hdf5/\(name).json")
        try check(try file.attributes(of: file.root), expected["attributes"], name)
        for object in expected["objects"]?.array ?? [] {
            let path = try #require(object["path"]?.string)
            if object["refused"] != nil {
                #expect(throws: DataError.self, "\(path)") { try file.dataset(path) }
                continue
            }
            let address = try #require(try file.find(path), "\(path)")
            try check(try file.attributes(of: address), object["attributes"], path)
            guard let value = object["value"] else { continue }
            let dataset = try file.dataset(path)
            #expect(try HDF5Tests.matches(try dataset.value(), value), "\(path)")
            if value["kind"] != "text", value["kind"] != "empty" {
                #expect(try HDF5Tests.matches(.numbers(try dataset.read()), value), "\(path)")
            }
        }
    }

    private func check(_ found: [(name: String, value: HDF5Value)], _ expected: JSON?, _ path: String) throws {
        let members = expected?.members ?? []
        #expect(found.map { $0.name }.sorted() == members.map(\.key).sorted(), "\(path)")
        for (name, value) in found {
            let expected = try #require(members.first { $0.key == name }?.value)
            #expect(try HDF5Tests.matches(value, expected), "\(path) \(name)")
        }
    }

    static func matches(_ value: HDF5Value, _ expected: JSON) throws -> Bool {
        let shape = expected["shape"]?.ints ?? []
        switch value {
        case .texts(let texts, let found):
            return texts == expected["values"]?.strings && found == shape
        case .numbers(let array):
            if expected["kind"] == "empty" { return array.count == 0 }
            if array.shape != shape { return false }
            if expected["kind"] == "float" {
                let doubles = array.doubles
                if let hash = expected["sha256"] { return hash == .string(hex(doubles)) }
                return doubles.map { Int(bitPattern: UInt($0.bitPattern)) } == expected["bits"]?.ints
            }
            let integers = try #require(array.integers)
            if let hash = expected["sha256"] { return hash == .string(hex(integers)) }
            return integers == expected["values"]?.ints
        }
    }

    private static func hex<T>(_ numbers: [T]) -> String { SHA256.hex(of: numbers.withUnsafeBytes { Array($0) }) }

    @Test func linksOutOfTheFileAreRefusedByName() throws {
        let file = try HDF5File(Fixture.path("hdf5/groups_latest.hdf5"))
        #expect(try file.find("groups/some/soft") == file.find("groups/target"))
        let error = try #require(throws: DataError.self) { try file.find("groups/some/elsewhere") }
        #expect(error.expected.contains("'elsewhere'") && error.found.contains("other.hdf5"))
        #expect(try file.find("groups/some/hard") == file.find("groups/target"))
    }

    @Test(arguments: ["chunks/all_fixed", "chunks/plain_two", "chunks/gzip_single", "chunks/implicit"])
    func everyBoxIsThatPartOfTheWhole(path: String) throws {
        let dataset = try HDF5File(Fixture.path("hdf5/chunks_latest.hdf5")).dataset(path)
        let whole = try dataset.read().doubles
        let shape = dataset.shape
        for seed in 0..<60 {
            let start = shape.enumerated().map { (seed * 7 + $0 * 3) % $1 }
            let count = zip(shape, start).enumerated().map { 1 + (seed * 5 + $0) % ($1.0 - $1.1) }
            var expected: [Double] = []
            for index in whole.indices {
                var rest = index
                var isInside = true
                for axis in shape.indices.reversed() {
                    let place = rest % shape[axis]
                    rest /= shape[axis]
                    isInside = isInside && place >= start[axis] && place < start[axis] + count[axis]
                }
                if isInside { expected.append(whole[index]) }
            }
            #expect(try dataset.read(start: start, count: count).doubles == expected, "\(start) \(count)")
            #expect(try dataset.floats(start: start, count: count) == expected.map { Float($0) })
        }
    }

    @Test func aBoxOutsideIsRefused() throws {
        let dataset = try HDF5File(Fixture.path("hdf5/numbers_latest.hdf5")).dataset("numbers/le_f4")
        #expect(throws: DataError.self) { try dataset.read(start: [2, 0], count: [2, 1]) }
        #expect(throws: DataError.self) { try dataset.read(start: [0, -1], count: [1, 1]) }
        #expect(throws: DataError.self) { try dataset.read(start: [0], count: [1]) }
        #expect(throws: DataError.self) { try dataset.read(start: [1, 0], count: [Int.max, 1]) }
    }

    /// Everything that a file holds, so that every byte of it is looked at.
    private func readAll(_ bytes: [UInt8]) throws -> [Float] {
        let file = try HDF5File(FileBytes(bytes, name: "damaged"))
        let dataset = try file.dataset("data/t")
        _ = try file.attributes(of: dataset.address)
        _ = try file.dataset("data_format/component_order").value()
        return try dataset.read().floats
    }

    @Test(arguments: ["small_earliest", "small_latest"]) func damageIsFoundOrHarmless(name: String) throws {
        let bytes = try Fixture.bytes("hdf5/\(name).hdf5")
        #expect(try readAll(bytes) == (0..<24).map(Float.init))
        Damage.everyTruncation(of: bytes) { _ = try readAll($0) }
        Damage.everyFlippedBit(of: bytes, first: bytes.count) { _ = try readAll($0) }
    }

    /// The blocks carry checksums, so what is in them is right or refused.
    @Test func samplesAreRightOrRefused() throws {
        var bytes = try Fixture.bytes("hdf5/small_latest.hdf5")
        for index in bytes.indices {
            bytes[index] ^= 4
            if let samples = try? readAll(bytes) { #expect(samples == (0..<24).map(Float.init), "byte \(index)") }
            bytes[index] ^= 4
        }
    }

    @Test func anIndexIsKeptAndCounts() throws {
        try withTemporaryFolder { folder in
            setenv("STRATA_CACHE", folder.appendingPathComponent("cache").path, 1)
            defer { unsetenv("STRATA_CACHE") }
            let count = 30_000
            let table = folder.appendingPathComponent("metadata.csv")
            let rows = (0..<count).map { "trace_\($0),\($0),some more text to fill the row\n" }.joined()
            try Data(("trace_name,number,note\n" + rows).utf8).write(to: table)
            let writer = try HDF5Writer(folder.appendingPathComponent("waveforms.hdf5").path)
            let one = NumberArray(shape: [1, 2], floats: [1, 2])
            for index in 0..<count { try writer.add("data/trace_\(index)", .numbers(one)) }
            try writer.finish()
            for _ in 0..<2 {
                let dataset = try openDataset(folder.path)
                #expect(dataset.count == count && dataset.metadata(29_999).int("number") == 29_999)
                let file = try HDF5File(folder.appendingPathComponent("waveforms.hdf5").path)
                #expect(try file.dataset("data/trace_17321").read().floats == [1, 2])
                #expect(try file.find("data/trace_30000") == nil)
                let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache")
                #expect(kept.count == 2)
            }
            // A table that was written anew has another index.
            try Data("trace_name,number\na,5\n".utf8).write(to: table)
            #expect(try openDataset(folder.path).count == 1)
        }
    }
}

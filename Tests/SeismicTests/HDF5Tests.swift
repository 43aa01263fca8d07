import Foundation
import GraphIR
import Testing

@testable import Seismic

/// Files that h5py wrote in each way that the reader claims, against what h5py reads from them.
@Suite struct HDF5Tests {
    static let files = [
        "numbers_earliest", "numbers_v108", "numbers_latest", "texts_earliest", "texts_v108", "texts_latest",
        "attributes_earliest", "attributes_v108", "attributes_latest", "groups_earliest", "groups_v108",
        "groups_latest", "chunks_earliest", "chunks_v108", "chunks_latest", "pages_latest", "odd_earliest",
        "odd_latest", "userblock",
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

    @Test func linksElsewhereAreNotFollowed() throws {
        let file = try HDF5File(Fixture.path("hdf5/groups_latest.hdf5"))
        #expect(try file.find("groups/some/soft") == nil)
        #expect(try file.find("groups/some/elsewhere") == nil)
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
}

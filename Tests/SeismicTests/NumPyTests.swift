import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

@Suite struct NumPyTests {
    @Test func readsEveryTypeAsNumPyDoes() throws {
        let expected = try Fixture.json("numpy/expected.json")
        let files = try Fixture.files("numpy", ending: ".npy")
        #expect(files.count == 22)
        for file in files {
            let what = try #require(expected[String(file.dropLast(4))], "\(file)")
            if file == "names.npy" || file == "bytes.npy" {
                #expect(try NPY.readTexts(Fixture.path("numpy/\(file)")) == what["values"]?.strings)
                continue
            }
            let array = try NPY.read(Fixture.path("numpy/\(file)"))
            #expect(array.shape == what["shape"]?.ints, "\(file)")
            #expect(array.doubles == what["values"]?.doubles, "\(file)")
            #expect(array.floats == what["values"]?.doubles.map(Float.init), "\(file)")
        }
    }

    @Test(arguments: ["plain.npz", "packed.npz"]) func readsArchives(file: String) throws {
        let expected = try #require(try Fixture.json("numpy/expected.json")["npz"])
        let entries = try NPZ.read(Fixture.path("numpy/\(file)"))
        #expect(entries.map(\.name) == expected.members?.map(\.key))
        for entry in entries {
            #expect(entry.array.shape == expected[entry.name]?["shape"]?.ints)
            #expect(entry.array.doubles == expected[entry.name]?["values"]?.doubles)
        }
    }

    @Test func whatIsWrittenIsRead() throws {
        try withTemporaryFolder { folder in
            let array = NumberArray(shape: [2, 1, 3], floats: [1, -2, .nan, 0.1, .infinity, 5])
            let path = folder.appendingPathComponent("a.npy").path
            try NPY.write(array, to: path)
            #expect(try NPY.read(path).bytes == array.bytes)
            #expect(try NPY.read(path).shape == array.shape)
            #expect(throws: DataError.self) { try NPY.write(array, to: path) }
            let zip = folder.appendingPathComponent("a.npz").path
            try NPZ.write([.init("x", array), .init("layer/y", NumberArray(shape: [0, 4], floats: []))], to: zip)
            let entries = try NPZ.read(zip)
            #expect(entries.map(\.name) == ["x", "layer/y"])
            #expect(entries[0].array.bytes == array.bytes)
            #expect(entries[1].array.shape == [0, 4])
        }
    }

    @Test(arguments: ["le_f4.npy", "names.npy", "fortran.npy", "plain.npz", "packed.npz"])
    func damageIsFoundOrHarmless(file: String) throws {
        let bytes = try Fixture.bytes("numpy/\(file)")
        Damage.everyTruncation(of: bytes) { try read($0, file) }
        Damage.everyFlippedBit(of: bytes, first: 512) { try read($0, file) }
    }

    private func read(_ bytes: [UInt8], _ name: String) throws {
        let file = FileBytes(bytes, name: name)
        if name.hasSuffix(".npz") { _ = try NPZ.read(file) } else { _ = try NPY.read(file) }
    }

    @Test func aHugeShapeIsNotBelieved() throws {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"
        let bytes = [0x93] + Array("NUMPY\u{1}\u{0}".utf8) + [UInt8(header.utf8.count), 0] + Array(header.utf8)
        #expect(throws: DataError.self) { try NPY.read(FileBytes(bytes, name: "huge")) }
    }
}

import Files
import Foundation
import Testing

/// Pictures are read as Pillow reads them, and damage is said.
@Suite struct PictureTests {
    @Test(arguments: Fixture.pictures("png")) func pngToTheBit(name: String) throws {
        let picture = try PictureFile.read(Fixture.path(name))
        #expect(try distance(picture, from: Fixture.path(name + ".npy")) == 0)
        let again = try PNG.read(FileBytes(PNG.bytes(of: picture), name: "again"))
        #expect(again == picture)
    }

    @Test(arguments: Fixture.pictures("jpg")) func jpegWithinOne(name: String) throws {
        let picture = try PictureFile.read(Fixture.path(name))
        let found = try distance(picture.upright, from: Fixture.path(name + ".npy"))
        #expect(found.map { $0 <= 1 } == true, "\(String(describing: found))")
    }

    @Test(arguments: ["ppm", "pgm", "pbm"]) func portablePictures(ending: String) throws {
        let names = Fixture.pictures(ending)
        #expect(!names.isEmpty)
        for name in names {
            let picture = try PictureFile.read(Fixture.path(name))
            #expect(try distance(picture, from: Fixture.path(name + ".npy")) == 0, "\(name)")
        }
    }

    @Test func everyKindOfPNGIsThere() {
        #expect(Fixture.pictures("png").count >= 45)
        #expect(Fixture.pictures("jpg").count >= 30)
    }

    @Test func howTheCameraWasHeldIsSaid() throws {
        for orientation in 1...8 {
            #expect(try PictureFile.read(Fixture.path("held_\(orientation).jpg")).orientation == orientation)
        }
    }

    @Test func inksAreRefusedInWords() throws {
        #expect(throws: DataError.self) { try PictureFile.read(Fixture.path("inks.jpg")) }
        do { _ = try PictureFile.read(Fixture.path("inks.jpg")) } catch { #expect("\(error)".contains("CMYK")) }
    }

    /// Scikit-learn's two photographs, which are too large to ship: `make.py FOLDER` writes them there.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["STRATA_PICTURES"] != nil))
    func photographs() throws {
        let folder = ProcessInfo.processInfo.environment["STRATA_PICTURES"] ?? ""
        for (name, most) in [("china.jpg", 1), ("flower.jpg", 1), ("china.png", 0), ("flower.png", 0)] {
            let found = try distance(PictureFile.read("\(folder)/\(name)"), from: "\(folder)/\(name).npy")
            #expect(found.map { $0 <= most } == true, "\(name): \(String(describing: found))")
        }
    }

    // MARK: Damage

    @Test(arguments: ["colour2_8_i.png", "palette_clear_4.png", "420.jpg", "progressive_420.jpg", "colour.ppm"])
    func everyBeginningAndEveryBit(name: String) throws {
        var bytes = try Fixture.bytes(name)
        for length in 0..<bytes.count { attempt(Array(bytes[..<length])) }
        for index in bytes.indices {
            for bit in 0..<8 where bytes.count < 1000 || (index + bit) % 8 == 0 {
                bytes[index] ^= 1 << UInt8(bit)
                attempt(bytes)
                bytes[index] ^= 1 << UInt8(bit)
            }
        }
    }

    private func attempt(_ bytes: [UInt8]) {
        do throws(DataError) { _ = try PictureFile.read(FileBytes(bytes, name: "damaged")) } catch {
            #expect(!error.expected.isEmpty && !error.found.isEmpty)
        }
    }

    /// A few bytes that claim gigabytes are refused before anything of that size is asked for.
    @Test func whatIsClaimedIsHeldAgainstTheFile() throws {
        var png = try Fixture.bytes("colour0_8.png")
        png.replaceSubrange(16..<24, with: [0, 0, 0x20, 0, 0, 0, 0x20, 0])
        let sum = CRC32.checksum(Array(png[12..<29]))
        png.replaceSubrange(29..<33, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * $0)) })
        #expect(throws: DataError.self) { try PNG.read(FileBytes(png, name: "png")) }
        for name in ["420.jpg", "progressive_444.jpg"] {
            var jpeg = try Fixture.bytes(name)
            let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && [0xC0, 0xC2].contains(jpeg[$0 + 1]) })
            jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x1F, 0xFF, 0x1F, 0xFF])
            #expect(throws: DataError.self) { try JPEG.read(FileBytes(jpeg, name: name)) }
        }
        #expect(throws: DataError.self) { try PNM.read(FileBytes(Array("P3 9000 9000 255\n1".utf8), name: "ppm")) }
        #expect(throws: DataError.self) { try PNM.read(FileBytes(Array("P5 8000 8000 255\n1".utf8), name: "pgm")) }
    }

    @Test func aChunkThatDoesNotAddUpIsNamed() throws {
        var bytes = try Fixture.bytes("colour2_8.png")
        bytes[bytes.count - 30] ^= 1
        do {
            _ = try PNG.read(FileBytes(bytes, name: "png"))
            Issue.record("it was read")
        } catch { #expect(error.expected.contains("checksum of chunk IDAT")) }
    }

    @Test func idxIsReadWhole() throws {
        let pictures = try IDX.read(FileBytes(mapping: Fixture.path("digits-images-idx3-ubyte")))
        #expect(pictures.shape == [40, 8, 8])
        let labels = try IDX.read(FileBytes(mapping: Fixture.path("digits-labels-idx1-ubyte")))
        #expect(labels.integers?.prefix(10).map { $0 } == Array(0...9))
        let bytes = try Fixture.bytes("digits-images-idx3-ubyte")
        for length in [0, 3, 15, 16, 2575] {
            #expect(throws: DataError.self) { try IDX.read(FileBytes(Array(bytes[..<length]), name: "idx")) }
        }
    }
}

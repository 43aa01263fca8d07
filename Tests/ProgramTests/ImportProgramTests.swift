import Files
import Foundation
import Testing

/// `strata import` as a person types it.
@Suite struct ImportProgramTests {
    static let network = """
        network Small {
            input x: [3, 90] at 100 Hz
            output y = x -> conv(4, 5) -> relu
        }
        """

    /// A network with weights, what it says of two windows, and both for Keras and ONNX.
    static func place() throws -> Program {
        let program = try Program()
        try program.write("small.arch", network)
        let values = (0..<540).map { Float($0 % 37) / 37 - 0.5 }
        let bytes = NPY.header(element: "<f4", shape: [2, 3, 90]) + values.flatMap { littleEndian($0.bitPattern) }
        try Data(bytes).write(to: URL(fileURLWithPath: program.folder + "/x.npy"))
        let made = try program.run(
            "$STRATA init small.arch --seed 3 --output w.safetensors "
                + "&& $STRATA run small.arch --weights w.safetensors --input x.npy --output y.npy "
                + "&& $STRATA export small.arch --weights w.safetensors --keras small.keras "
                + "&& $STRATA export small.arch --weights w.safetensors --onnx small.onnx")
        #expect(made.status == 0, "\(made.errors)")
        return program
    }

    @Test func whatWentOutComesIn() throws {
        let program = try Self.place()
        defer { program.remove() }
        for line in [
            "$STRATA import small.keras --as small.arch --output a.safetensors --check x.npy=y.npy",
            "$STRATA import small.keras --arch b.arch --output b.safetensors --check x.npy=y.npy",
            "$STRATA import small.onnx --arch c.arch --check x.npy=y.npy",
            "$STRATA import w.safetensors --as small.arch --output d.safetensors --check x.npy=y.npy",
        ] {
            let ending = try program.run(line)
            #expect(ending.status == 0 && ending.output.contains("verified: the largest difference is"), "\(ending)")
        }
        let different = try program.run("$STRATA import small.onnx --arch e.arch --check x.npy=x.npy")
        #expect(different.status == 65 && !program.has("e.arch"), "\(different)")
        #expect(try program.run("$STRATA check b.arch c.arch").status == 0)
    }

    /// Nothing is written where something asked for cannot be.
    @Test func allOrNothingIsWritten() throws {
        let program = try Self.place()
        defer { program.remove() }
        let taken = try program.run("$STRATA import small.keras --arch new.arch --output w.safetensors")
        #expect(taken.status == 74 && taken.errors.contains("w.safetensors exists already"), "\(taken)")
        #expect(!program.has("new.arch"))
        let known = try program.run("$STRATA import small.keras --arch small.arch --output new.safetensors")
        #expect(known.status == 74 && !program.has("new.safetensors"), "\(known)")
    }

    /// A name in a file is a name, whatever it holds: one error, in its line, and no cursor moves.
    @Test func namesThatWouldSpeak() throws {
        let program = try Self.place()
        defer { program.remove() }
        let name = #"w\nerror: forged\u001B[2J\u202E"#
        let header = #"{"\#(name)": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#
        let bytes = littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + [0, 0, 0, 0]
        try Data(bytes).write(to: URL(fileURLWithPath: program.folder + "/odd.safetensors"))
        let listed = try program.run("$STRATA import odd.safetensors --list")
        let refused = try program.run("$STRATA import odd.safetensors --as small.arch --output n.safetensors")
        #expect(listed.status == 0 && refused.status == 65, "\(listed)\(refused)")
        for text in [listed.output, refused.errors] {
            #expect(text.contains("forged") && !text.contains("\nerror: forged"))
            #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
        }
    }
}

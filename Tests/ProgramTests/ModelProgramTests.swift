import Foundation
import Testing

/// A run, a bundle, and a network with a file of weights stand wherever a model is wanted.
@Suite(.serialized) struct ModelProgramTests {
    /// A folder with a run of two epochs, its weights as a file, and a bundle of it.
    static func place() throws -> Program {
        let program = try Program()
        try program.write("small.arch", Program.picker)
        let made = try program.run(
            "$STRATA train small.arch --data synthetic:60,samples=400 --out run && $STRATA evaluate run "
                + "&& $STRATA export run --safetensors w.safetensors "
                + "&& $STRATA bundle make run --out run.strata --licence MIT")
        #expect(made.status == 0, "\(made.errors)")
        return program
    }
    static let models = ["run", "run.strata", "small.arch --weights w.safetensors"]

    @Test func theyAreShownAndDrawnAlike() throws {
        let program = try Self.place()
        defer { program.remove() }
        var hashes: Set<String> = []
        var drawings: Set<String> = []
        for (number, model) in Self.models.enumerated() {
            let shown = try program.run("$STRATA show \(model) --json")
            #expect(shown.status == 0, "\(shown.errors)")
            let line = shown.output.split(separator: "\n").first { $0.contains("\"tensors_sha256\": \"") }
            hashes.insert(line.map { $0.filter { $0.isHexDigit } } ?? "none")
            let drawn = try program.run(
                "$STRATA plot \(model) --data synthetic:60,samples=400 --trace 3 --svg \(number).svg")
            #expect(drawn.status == 0, "\(drawn.errors)")
            // All but the name of the model is the same.
            let svg = try String(contentsOfFile: program.folder + "/\(number).svg", encoding: .utf8)
            let name = model.split(separator: " ")[0]
            drawings.insert(svg.replacingOccurrences(of: "Small, \(name)", with: ""))
            #expect(drawn.output.contains("drew"))
        }
        #expect(hashes.count == 1 && hashes.first != "none", "\(hashes)")
        #expect(drawings.count == 1)
        let plain = try program.run("$STRATA show run.strata")
        #expect(plain.output.contains("Strata bundle ") && plain.output.contains("licence MIT"), "\(plain.output)")
        let json = try program.run("$STRATA bundle show run.strata --json")
        #expect(json.output.contains("\"interval\": [") && json.output.contains("test sets drawn"), "\(json.output)")
        let tree = try program.run("$STRATA show run.strata --tree")
        #expect(tree.output.contains("first") && tree.output.contains("Strata bundle "), "\(tree.output)")
        let weights = try program.run("$STRATA show small.arch --weights w.safetensors")
        #expect(weights.output.contains("every array fits"), "\(weights.output)\(weights.errors)")
    }

    /// What is wrong gets one sentence and the status of its kind.
    @Test func whatIsWrongIsSaid() throws {
        let program = try Self.place()
        defer { program.remove() }
        try Data([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A] + [UInt8](repeating: 0, count: 600))
            .write(to: URL(fileURLWithPath: program.folder + "/w.h5"))
        for (line, status, says) in [
            ("plot run.strata --trace 3", 64, "--data PATH"), ("plot small.arch --data synthetic:9", 64, "--weights"),
            ("plot run.strata --weights w.safetensors --data synthetic:9", 64, "leave --weights"),
            ("show run.strata --set width=3 --tree", 64, "--set"), ("show run.strata --weights best", 64, "leave"),
            ("show small.arch --weights w.h5", 65, "strata import w.h5 --as small.arch"),
            ("show small.arch --weights w.safetensors --set width=3", 65, "first.weight"),
            ("plot small.arch --weights nothing.safetensors --data synthetic:9", 74, "nothing.safetensors"),
        ] {
            let ending = try program.run("$STRATA \(line)")
            #expect(
                ending.status == status && ending.errors.contains(says), "\(line)\n\(ending.status) \(ending.errors)")
        }
        // Weights of another network in a run's folder.
        let other = try program.run(
            "$STRATA train small.arch --set width=3 --data synthetic:60,samples=400 --epochs 1 --out other "
                + "&& cp other/weights/best.safetensors run/weights/best.safetensors && $STRATA plot run --svg x.svg")
        #expect(other.status == 1 && other.errors.contains("another network"), "\(other.errors)")
    }

    /// Training begins with the numbers of a run, of its bundle, or of a file, and comes to the same.
    @Test func trainingBeginsWithThem() throws {
        let program = try Self.place()
        defer { program.remove() }
        var hashes: Set<String> = []
        for (number, from) in ["run", "run.strata", "w.safetensors"].enumerated() {
            let line =
                "$STRATA train small.arch --data synthetic:60,samples=400 --epochs 1 "
                + "--set 'train.weights=\"\(from)\"' "
                + "--out next\(number) && $STRATA hash next\(number)"
            let ending = try program.run(line)
            #expect(ending.status == 0, "\(ending.errors)")
            hashes.insert(String(ending.output.split(separator: "\n").last?.split(separator: " ")[0] ?? "none"))
        }
        let fresh = try program.run(
            "$STRATA train small.arch --data synthetic:60,samples=400 --epochs 1 --out fresh && $STRATA hash fresh")
        hashes.insert(String(fresh.output.split(separator: "\n").last?.split(separator: " ")[0] ?? "none"))
        #expect(hashes.count == 2, "\(hashes)")
        // A bundle with a changed byte is no beginning.
        let path = program.folder + "/run.strata"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let refused = try program.run(
            "$STRATA train small.arch --data synthetic:60,samples=400 --epochs 1 "
                + "--set 'train.weights=\"run.strata\"' --out no")
        #expect(refused.status == 65 && refused.errors.contains("SHA-256"), "\(refused.errors)")
    }
}

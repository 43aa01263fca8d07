import Files
import Foundation
import GraphIR
import Testing

@testable import Foreign

/// Files that were made to do harm: each gets one error, and nothing in it is done.
@Suite struct HostileTests {
    // MARK: PyTorch

    /// `os.system` with a command that would create a file, as the whole, as an entry beside the weights, and as what
    /// would rebuild an array.
    @Test(arguments: ["whole", "beside", "array"]) func codeInAPickleIsNotRun(place: String) throws {
        let witness = FileManager.default.temporaryDirectory.appendingPathComponent("strata-owned-\(UUID().uuidString)")
            .path
        let call = "cposix\nsystem\n(" + Self.text("touch \(witness)") + "tR"
        let pickle: String
        switch place {
        case "whole": pickle = "\u{E002}" + call + "."
        case "beside":
            pickle = "\u{E002}}(" + Self.text("w") + Self.array(count: 2, shape: [2]) + Self.text("x") + call + "u."
        default: pickle = "\u{E002}}" + Self.text("w") + call + "s."
        }
        let file = try Self.torch(pickle, storage: [UInt8](repeating: 0, count: 8))
        if place == "beside" {
            let model = try readForeign(file, path: "made.pt")
            #expect(model.arrays.map(\.name) == ["w"] && model.notes.contains { $0.contains("posix.system") })
        } else {
            let error = #expect(throws: ForeignError.self) { try readForeign(file, path: "made.pt") }
            #expect(error?.message.contains("made.pt") == true)
        }
        #expect(!FileManager.default.fileExists(atPath: witness))
    }

    @Test(arguments: [
        ("a storage shorter than declared", array(count: 4, shape: [4]), "4 numbers"),
        ("a storage longer than declared", array(count: 1, shape: [1]), "1 numbers"),
        ("stride 0", array(count: 2, shape: [1000, 1000], strides: [0, 0]), "more numbers than its storage"),
        ("beyond the end", array(count: 2, shape: [2], offset: 1), "reaches to number 2"),
        ("a stride beyond the end", array(count: 2, shape: [2], strides: [7]), "reaches to number 7"),
        ("a negative stride", array(count: 2, shape: [2], strides: [-1]), "no proper sizes"),
        ("a negative offset", array(count: 2, shape: [2], offset: -1), "no proper sizes"),
        ("sizes beyond 64 bits", array(count: 2, shape: [1 << 40, 1 << 40], strides: [1, 1]), "more numbers"),
        ("a storage that is not there", array(count: 2, shape: [2], key: "7"), "not there"),
        ("a storage of texts", array(count: 2, shape: [2], type: "StringStorage"), "StringStorage"),
    ]) func arraysAreHeldAgainstTheirStorage(what: String, array: String, says: String) throws {
        let file = try Self.torch("\u{E002}}" + Self.text("w") + array + "s.", storage: [UInt8](repeating: 0, count: 8))
        let error = #expect(throws: ForeignError.self, "\(what)") { try readForeign(file, path: "made.pt") }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    }

    /// A thousand arrays of one element each in one storage: it is unpacked once.
    @Test func oneStorageForManyArraysIsUnpackedOnce() throws {
        let count = 1 << 18
        var pickle = "\u{E002}}("
        for index in 0..<2000 { pickle += Self.text("w\(index)") + Self.array(count: count, shape: [1], offset: index) }
        let file = try Self.torch(pickle + "u.", storage: [UInt8](repeating: 0, count: 4 * count))
        let clock = ContinuousClock()
        var arrays = 0
        let time = try clock.measure { arrays = try readForeign(file, path: "made.pt").arrays.count }
        #expect(arrays == 2000 && time < .seconds(10), "\(time)")
    }

    /// A list that holds itself, and a dictionary that is its own value.
    @Test(arguments: ["\u{E002}]q\u{0}h\u{0}a.", "\u{E002}}q\u{0}" + text("w") + "h\u{0}s."]) func circlesInAPickle(
        pickle: String
    ) throws {
        let file = try Self.torch(pickle, storage: [])
        #expect(throws: ForeignError.self) { try readForeign(file, path: "made.pt") }
    }

    @Test func deepNestingInAPickle() throws {
        let deep = "\u{E002}" + String(repeating: "]", count: 100_000) + String(repeating: "a", count: 99_999) + "."
        let file = try Self.torch(deep, storage: [])
        #expect(throws: (any Error).self) { try readForeign(file, path: "made.pt") }
    }

    // MARK: Zip

    @Test func twoMembersOnOneStretch() throws {
        var bytes = try ZipArchive.stored([("a/data.pkl", Array("\u{E002}}.".utf8)), ("a/data/0", [1, 2, 3, 4])])
        // The second entry of the directory points at the first member.
        let entries = Self.places(of: [0x50, 0x4B, 0x01, 0x02], in: bytes)
        for index in 42..<46 { bytes[entries[1] + index] = 0 }
        #expect(throws: DataError.self) { try readForeign(FileBytes(bytes, name: "made.pt"), path: "made.pt") }
    }

    @Test func oneNameTwice() throws {
        let bytes = try ZipArchive.stored([("a/data.pkl", [0x80, 2]), ("a/data.pkl", [0x80, 2])])
        let error = #expect(throws: DataError.self) {
            try readForeign(FileBytes(bytes, name: "made.pt"), path: "made.pt")
        }
        #expect(error?.description.contains("twice") == true)
    }

    /// What a member says of itself and what the directory says must be one.
    @Test func aHeaderThatSaysSomethingElse() throws {
        var bytes = try ZipArchive.stored([("a/data.pkl", [0x80, 2])])
        bytes[30] = UInt8(ascii: "b")
        #expect(throws: DataError.self) { try readForeign(FileBytes(bytes, name: "made.pt"), path: "made.pt") }
    }

    /// A member of a few bytes that says it unpacks to four gigabytes.
    @Test func aBomb() throws {
        var bytes = try ZipArchive.stored([("a/data.pkl", [0x03, 0x00])])
        let entry = Self.places(of: [0x50, 0x4B, 0x01, 0x02], in: bytes)[0]
        for (start, method) in [(0, 8), (entry, 10)] {
            bytes[start + method] = 8
            let size = start + (start == 0 ? 22 : 24)
            for index in 0..<4 { bytes[size + index] = index == 3 ? 0xEF : 0xFF }
        }
        let error = #expect(throws: DataError.self) {
            try readForeign(FileBytes(bytes, name: "made.pt"), path: "made.pt")
        }
        #expect(error?.description.contains("at most") == true, "\(error?.description ?? "")")
    }

    /// Names are never paths here: they are looked up in the archive, and nothing is unpacked to a folder.
    @Test func aNameThatClimbs() throws {
        let bytes = try ZipArchive.stored([("../../data.pkl", Array("\u{E002}}.".utf8))])
        #expect(throws: (any Error).self) { try readForeign(FileBytes(bytes, name: "made.pt"), path: "made.pt") }
    }

    // MARK: Keras

    @Test(arguments: [
        (#""layers": 1000000000"#, "holds no layers"),
        (
            #""layers": [{"class_name": "Conv1D", "name": "a", "config": {"name": "a", "filters": 1000000000, "kernel_size": [1000000000], "strides": [1], "batch_input_shape": [null, 10, 3]}, "inbound_nodes": []}]"#,
            "do not go together"
        ),
        (
            #""layers": [{"class_name": "Add", "name": "a", "config": {}, "inbound_nodes": [[["b", 0, 0, {}]]]}, {"class_name": "Add", "name": "b", "config": {}, "inbound_nodes": [[["a", 0, 0, {}]]]}], "output_layers": [["a", 0, 0]]"#,
            "circle"
        ),
        (
            #""layers": [{"class_name": "Add", "name": "a", "config": {}, "inbound_nodes": [[["nobody", 0, 0, {}]]]}], "output_layers": [["a", 0, 0]]"#,
            "does not have"
        ),
        (
            #""layers": [{"class_name": "Lambda", "name": "a", "config": {"function": ["4wEAAA==", null, null]}, "inbound_nodes": []}], "output_layers": [["a", 0, 0]]"#,
            "never run"
        ),
    ]) func configurations(text: String, says: String) throws {
        let isSequence = says == "do not go together"
        let config =
            #"{"class_name": ""# + (isSequence ? "Sequential" : "Functional") + #"", "config": {"name": "n", "# + text
            + "}}"
        do {
            let file = try Self.keras(config)
            let model = try readForeign(file, path: "made.keras")
            _ = try ImportedNetwork(model, name: "Made", story: []).values()
            Issue.record("it came in")
        } catch let error as ForeignError { #expect(error.message.contains(says), "\(error.message)") }
    }

    @Test func modelsWithinModels() throws {
        var inner = #"{"class_name": "Dense", "name": "d", "config": {"units": 1, "batch_input_shape": [null, 3]}}"#
        for level in 0..<40 {
            inner =
                #"{"class_name": "Sequential", "name": "s\#(level)", "build_config": {"input_shape": [null, 3]}, "config": {"layers": ["#
                + inner + "]}}"
        }
        let error = #expect(throws: ForeignError.self) { try readForeign(try Self.keras(inner), path: "made.keras") }
        #expect(error?.message.contains("nest") == true)
        let brackets = String(repeating: "[", count: 100_000)
        #expect(throws: ForeignError.self) { try readForeign(try Self.keras(brackets), path: "made.keras") }
    }

    /// Four to the ninth layers in a configuration of some megabytes, and a model that calls the next one twice.
    @Test func layersWithoutNumber() throws {
        let layer = #"{"class_name": "Activation", "config": {"activation": "relu"}}"#
        let many = Array(repeating: layer, count: 300_000).joined(separator: ",")
        let sequence = #"{"class_name": "Sequential", "config": {"layers": [\#(many)]}}"#
        #expect(throws: (any Error).self) { try readForeign(try Self.keras(sequence), path: "made.keras") }
        var inner = #""class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3}"#
        for level in 0..<12 {
            let name = level == 0 ? "d" : "s\(level - 1)"
            inner =
                #""class_name": "Functional", "name": "s\#(level)", "config": {"name": "s\#(level)", "layers": ["#
                + #"{"class_name": "InputLayer", "name": "i", "config": {"batch_input_shape": [null, 3]}, "inbound_nodes": []}, {"#
                + inner + #", "inbound_nodes": [[["i", 0, 0, {}]], [["\#(name)", 0, 0, {}]]]}], "#
                + #""input_layers": [["i", 0, 0]], "output_layers": [["\#(name)", 1, 0]]}"#
        }
        let clock = ContinuousClock()
        let time = clock.measure {
            _ = try? readForeign(Self.keras("{\(inner)}"), path: "made.keras")
        }
        #expect(time < .seconds(20), "\(time)")
    }

    // MARK: Safetensors

    /// Ten thousand arrays of a megabyte each on the same megabyte: none of them may be taken.
    @Test func arraysOnOneStretch() throws {
        let entry = #"{"dtype": "F32", "shape": [262144], "data_offsets": [0, 1048576]}"#
        let header = "{" + (0..<10_000).map { "\"w\($0)\": \(entry)" }.joined(separator: ",") + "}"
        let bytes = littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 0, count: 1 << 20)
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(throws: (any Error).self) {
                try readForeign(FileBytes(bytes, name: "made.safetensors"), path: "made.safetensors")
            }
            #expect(throws: Safetensors.Malformed.self) { try Safetensors(bytes) }
        }
        #expect(time < .seconds(10), "\(time)")
    }

    // MARK: Protocol Buffers

    @Test(
        arguments: [
            ("a length beyond the end", [0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]),
            ("a length of 64 bits", [0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
            (
                "a number without an end",
                [0x08, 0x08, 0x3A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]
            ),
            ("a field without a number", [0x08, 0x08, 0x3A, 0x02, 0x00, 0x00]),
            ("a group", [0x08, 0x08, 0x3A, 0x02, 0x0B, 0x0C]), ("an end in a field", [0x08, 0x08, 0x3A, 0x01, 0x0A]),
        ] as [(String, [UInt8])]) func messages(what: String, bytes: [UInt8])
    {
        #expect(throws: DataError.self, "\(what)") {
            try readForeign(FileBytes(bytes, name: "made.onnx"), path: "made.onnx")
        }
    }

    @Test func tensorsAreHeldAgainstTheirNumbers() throws {
        var model = OnnxImportTests.model()
        model.nodes = [.init(name: "n", type: "Add", inputs: ["x", "w"], outputs: ["y"], attributes: [])]
        model.initializers = [.init(name: "w", shape: [1 << 31, 1 << 31, 4], numbers: .floats([1]))]
        #expect(OnnxImportTests.error(model)?.message.contains("no proper sizes") == true)
        model.initializers[0].shape = [1 << 20, 1 << 20]
        #expect(OnnxImportTests.error(model)?.message.contains("4 bytes") == true)
    }

    /// Zeros of a terabyte, and a small row that is put behind itself again and again.
    @Test func numbersThatAGraphMakes() throws {
        var model = OnnxImportTests.model()
        model.initializers = [
            .init(name: "size", shape: [2], numbers: .ints([1 << 20, 1 << 20])),
            .init(name: "row", shape: [4], numbers: .floats([1, 2, 3, 4])),
        ]
        model.nodes = [
            .init(name: "zeros", type: "ConstantOfShape", inputs: ["size"], outputs: ["z"], attributes: []),
            .init(name: "n", type: "Add", inputs: ["x", "z"], outputs: ["y"], attributes: []),
        ]
        #expect(OnnxImportTests.error(model) != nil)
        model.nodes = (0..<60).map { index in
            let name = index == 0 ? "row" : "r\(index - 1)"
            return .init(
                name: "n\(index)", type: "Concat", inputs: [name, name], outputs: ["r\(index)"],
                attributes: [("axis", .int(0))])
        }
        model.nodes.append(.init(name: "n", type: "Add", inputs: ["x", "r59"], outputs: ["y"], attributes: []))
        #expect(OnnxImportTests.error(model) != nil)
    }

    // MARK: Damage

    /// Every kind of file, cut anywhere and changed anywhere: a model or an error.
    @Test(arguments: [
        "keras_files/nested_3.keras", "keras_files/nested_2.h5", "onnx_files/like_gpd.onnx",
        "onnx_files/like_eqtransformer.onnx",
    ]) func damageNeverCrashes(name: String) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        func look(_ bytes: [UInt8]) {
            guard let model = try? readForeign(FileBytes(bytes, name: "damaged"), path: "damaged") else { return }
            _ = try? ImportedNetwork(model, name: "Damaged", story: [])
        }
        for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 150)) { look(Array(bytes[..<cut])) }
        var state: UInt64 = 77
        for _ in 0..<250 {
            var changed = bytes
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                changed[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            look(changed)
        }
    }

    // MARK: Helpers

    static func text(_ text: String) -> String {
        "X" + String(UnicodeScalar(UInt8(text.utf8.count & 0x7F))) + "\u{0}\u{0}\u{0}" + text
    }
    /// What rebuilds an array: of so many numbers in a storage, from an offset, by strides. `\u{E001}…\u{E001}` become whole
    /// numbers when the bytes are made.
    static func array(
        count: Int, shape: [Int], strides: [Int]? = nil, offset: Int = 0, key: String = "0",
        type: String = "FloatStorage"
    ) -> String {
        func number(_ value: Int) -> String { "\u{E001}\(value)\u{E001}" }
        var plain = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { plain[axis] = plain[axis + 1] &* shape[axis + 1] }
        let storage = "(" + text("storage") + "ctorch\n\(type)\n" + text(key) + text("cpu") + number(count) + "tQ"
        let sizes = "(" + shape.map(number).joined() + "t(" + (strides ?? plain).map(number).joined() + "t"
        return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number(offset) + sizes
            + "\u{E003}ccollections\nOrderedDict\n)RtR"
    }

    /// A `.pt` around a pickle written as text: `\u{E002}` is the protocol, `\u{E001}n\u{E001}` a whole number, `\u{E003}` false.
    static func torch(_ pickle: String, storage: [UInt8]) throws -> FileBytes {
        var bytes: [UInt8] = []
        var digits: String?
        for scalar in pickle.unicodeScalars {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            if scalar.value == 0xE002 {
                bytes += [0x80, 2]
            } else if scalar.value == 0xE001 {
                if let whole = digits {
                    bytes += [0x8A, 8] + littleEndian(Int64(whole) ?? 0)
                    digits = nil
                } else {
                    digits = ""
                }
            } else if digits != nil {
                digits?.unicodeScalars.append(scalar)
            } else if scalar.value == 0xE003 {
                bytes.append(0x89)
            } else {
                bytes.append(byte)
            }
        }
        return FileBytes(
            try ZipArchive.stored([("a/data.pkl", bytes), ("a/data/0", storage), ("a/version", [0x33])]),
            name: "made.pt")
    }

    static func keras(_ config: String) throws -> FileBytes {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/keras_files/"
        let whole = try FileBytes(mapping: folder + "nested_3.keras")
        let members = try ZipArchive.checkedMembers(of: whole)
        let weights = try #require(members.first { $0.name == "model.weights.h5" })
        return FileBytes(
            try ZipArchive.stored([
                ("metadata.json", Array(#"{"keras_version": "3.0.0"}"#.utf8)), ("config.json", Array(config.utf8)),
                ("model.weights.h5", try ZipArchive.contents(of: weights, in: whole, limit: 1 << 20)),
            ]), name: "made.keras")
    }

    private static func places(of signature: [UInt8], in bytes: [UInt8]) -> [Int] {
        bytes.indices.filter { place in
            place + signature.count <= bytes.count && Array(bytes[place..<place + signature.count]) == signature
        }
    }
}

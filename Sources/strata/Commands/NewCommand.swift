import Compiler
import Foundation
import GraphIR
import Zoo

/// `strata new`: a first file to change, or a variant of a network that exists.
enum NewCommand: Command {
    static let name = "new"
    static let summary = "Write a new architecture file to start from."
    static let operands = "NAME"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let like = Option<String?>(
            "--like", "NETWORK", "A variant of this network, instead of a small network of its own.")
        let copy = Option<Bool>("--copy", "With --like: a copy that can be changed everywhere.")
        let overwrite = Option<Bool>.overwrite
        let path = Option<[String]>.path
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata new picker", says: "picker.arch: a small network that compiles and trains."),
        (
            line: "strata new mine --like eqt",
            says: "mine.arch: a variant of EQTransformer, with an edit to begin with."
        ),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let operand = call.operands[0]
        let path = operand.hasSuffix(".arch") ? operand : operand + ".arch"
        if call.copy, call.like == nil { throw Exit(.usage, "--copy needs --like NETWORK") }
        guard call.overwrite || !FileManager.default.fileExists(atPath: path) else {
            throw Exit(.no, "'\(path)' is there already", help: "--overwrite replaces it")
        }
        let name = networkName(from: (path as NSString).lastPathComponent)
        try ArchitectureFiles.write(Array(try text(name, path, call).utf8), to: path)
        if call.json {
            Terminal.print(
                JSON.object([.init("file", .string(path)), .init("network", .string(name))]).text(indented: true))
        } else {
            Terminal.print("\(path)\n  strata check \(path)\n  strata show \(path)")
        }
        return .done
    }

    private static func text(_ name: String, _ path: String, _ call: Invocation<Options>) throws -> String {
        guard let parent = call.like else { return firstNetwork(called: name) }
        let parentPath = try OpenNetwork.path(of: parent, in: call.path)
        let bytes = try ArchitectureFiles.read(parentPath)
        if call.copy {
            let folder = (parentPath as NSString).deletingLastPathComponent
            let copy = copied(bytes, to: name) { file in
                file.hasPrefix("/") ? file : ArchitectureFiles.path(to: folder + "/" + file, from: path)
            }
            guard let copy else {
                throw Exit(.no, "'\(parentPath)' has mistakes in its writing", help: "strata check \(parentPath)")
            }
            return String(decoding: copy, as: UTF8.self)
        }
        let compilation = compile(path: parentPath, read: OpenNetwork.read)
        return variant(called: name, of: ArchitectureFiles.path(to: parentPath, from: path), compilation.network)
    }
}

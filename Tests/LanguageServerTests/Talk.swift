import Editor
import Foundation
import GraphIR
import Layers

@testable import LanguageServer

/// One side of a conversation with a session: messages as an editor sends them, without a wire.
struct Talk {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let eqt = root + "/architectures/eqt/eqt.arch"

    var session: Session
    /// What came by itself.
    var told: [JSON] = []
    private var number = 0

    static let surroundings = Workspace.Surroundings(
        registry: .builtIn,
        read: { path in
            guard let data = FileManager.default.contents(atPath: path) else { throw Missing() }
            return Array(data)
        })
    static let world = Session.World(
        version: "0",
        files: { folders in
            folders.flatMap { folder in
                (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter {
                    $0.hasSuffix(".arch")
                }
                .map { folder + "/" + $0 }
            }
        }, preview: { name, _ in "/tmp/" + name })

    struct Missing: Error, CustomStringConvertible {
        var description: String { "no such file" }
    }

    init(isReady: Bool = true, capabilities: JSON = Talk.capable) {
        session = Session(Talk.surroundings, world: Talk.world)
        guard isReady else { return }
        _ = ask(
            "initialize",
            ["capabilities": capabilities, "rootUri": .string(Paths.uri(of: Talk.root + "/architectures"))])
        tell("initialized", [:])
    }

    /// An editor that can do everything.
    static let capable: JSON = [
        "textDocument": [
            "publishDiagnostics": ["relatedInformation": true, "tagSupport": ["valueSet": [1, 2]]],
            "completion": ["completionItem": ["snippetSupport": true]],
            "codeAction": [
                "codeActionLiteralSupport": ["codeActionKind": ["valueSet": []]], "isPreferredSupport": true,
            ],
            "documentSymbol": ["hierarchicalDocumentSymbolSupport": true],
        ],
        "workspace": ["workspaceEdit": ["documentChanges": true, "changeAnnotationSupport": [:]]],
    ]

    mutating func ask(_ method: String, _ parameters: JSON) -> JSON {
        number += 1
        return send(["jsonrpc": "2.0", "id": .int(number), "method": .string(method), "params": parameters])
    }

    mutating func tell(_ method: String, _ parameters: JSON) {
        _ = send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    /// The answer to a message; what else comes is kept.
    @discardableResult
    mutating func send(_ message: JSON) -> JSON { send(Array(message.text().utf8)) }

    @discardableResult
    mutating func send(_ body: [UInt8]) -> JSON {
        let answers = session.receive(body)
        told += answers.filter { $0["method"] != nil }
        return answers.first { $0["method"] == nil } ?? .null
    }

    mutating func settle() { told += session.settle() }

    mutating func open(_ path: String, _ text: String, version: Int = 1) {
        tell(
            "textDocument/didOpen",
            [
                "textDocument": [
                    "uri": .string(Paths.uri(of: path)), "languageId": "arch", "version": .int(version),
                    "text": .string(text),
                ]
            ])
        settle()
    }

    mutating func change(_ path: String, _ changes: [JSON], version: Int = 2) {
        tell(
            "textDocument/didChange",
            [
                "textDocument": ["uri": .string(Paths.uri(of: path)), "version": .int(version)],
                "contentChanges": .array(changes),
            ])
    }

    static func edit(_ line: Int, _ start: Int, _ end: Int, _ text: String) -> JSON {
        [
            "range": [
                "start": ["line": .int(line), "character": .int(start)],
                "end": ["line": .int(line), "character": .int(end)],
            ], "text": .string(text),
        ]
    }

    /// The codes that were told last of a file; `nil` if nothing was.
    func codes(_ path: String) -> [String]? {
        let last = told.last { $0["params"]?["uri"]?.string == Paths.uri(of: path) }
        return last?["params"]?["diagnostics"]?.array.map { $0.compactMap { $0["code"]?.string } }
    }

    static func document(_ path: String) -> JSON { ["textDocument": ["uri": .string(Paths.uri(of: path))]] }
    static func at(_ path: String, _ line: Int, _ character: Int) -> JSON {
        [
            "textDocument": ["uri": .string(Paths.uri(of: path))],
            "position": ["line": .int(line), "character": .int(character)],
        ]
    }
}

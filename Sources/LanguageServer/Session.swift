import Editor
import GraphIR

/// One conversation with an editor: its life, its open texts, and the answers. It touches neither wire nor clock: it is
/// given a message and hands back what is to be sent.
public struct Session {
    /// What a session may ask of the world around it.
    public struct World: Sendable {
        /// Every `.arch` file below some folders.
        public var files: @Sendable ([String]) -> [String]
        /// The plugins that a text at a path may use, of those that it asks for; `nil` for no more than are loaded.
        public var plugins: @Sendable (_ path: String, _ asked: [String]) -> (Registry, Set<String>)?
        /// Where the page of a network is written, and what a person opens to see it.
        public var preview: @Sendable (_ name: String, _ svg: String) -> String?
        public var version: String

        public init(
            version: String, files: @escaping @Sendable ([String]) -> [String] = { _ in [] },
            plugins: @escaping @Sendable (String, [String]) -> (Registry, Set<String>)? = { _, _ in nil },
            preview: @escaping @Sendable (String, String) -> String? = { _, _ in nil }
        ) {
            self.version = version
            self.files = files
            self.plugins = plugins
            self.preview = preview
        }
    }

    enum State { case fresh, running, shutDown }

    var workspace: Workspace
    let world: World
    var state = State.fresh
    var client = Client()
    /// The folders that are open.
    var roots: [String] = []
    /// Open texts: how the editor spells their URIs, and their versions.
    var documents: [String: Document] = [:]
    /// What was said last of each file, by the open text that led to it.
    var published: [String: [String: [Finding]]] = [:]
    /// Texts whose picture somebody follows.
    var followed: Set<String> = []
    /// Messages that are to be sent.
    var outbox: [JSON] = []
    private var requests = 0
    /// The status that the process ends with, once it should.
    public private(set) var exitStatus: Int32?
    /// The process that started this one; it ends with it.
    public var parentProcess: Int? { client.processId }

    struct Document {
        var uri: String
        var version: Int
    }

    public init(_ surroundings: Workspace.Surroundings, world: World) {
        workspace = Workspace(surroundings)
        self.world = world
    }

    // MARK: - Messages

    /// Takes one message and hands back what is to be sent.
    public mutating func receive(_ body: [UInt8], isCancelled: (JSON) -> Bool = { _ in false }) -> [JSON] {
        guard String(validating: body, as: UTF8.self) != nil,
            let message = try? JSON(parsing: body, halfSurrogates: .replaced)
        else { return [Session.error(nil, Failure(code: Failure.parse, message: "this is not JSON in UTF-8"))] }
        guard message.members != nil else {
            return [Session.error(nil, Failure(code: Failure.invalidRequest, message: "a message is an object"))]
        }
        guard let method = message["method"]?.string else {
            // Answers to what we asked need nothing; anything else is no message.
            if message["result"] != nil || message["error"] != nil { return [] }
            return [
                Session.error(message["id"], Failure(code: Failure.invalidRequest, message: "a message has a method"))
            ]
        }
        let parameters = message["params"] ?? .null
        if let id = message["id"] {
            outbox.append(isCancelled(id) ? Session.error(id, Session.cancelled) : answer(id, method, parameters))
        } else {
            notice(method, parameters)
        }
        defer { outbox = [] }
        return outbox
    }

    private static let cancelled = Failure(code: Failure.cancelled, message: "cancelled")

    static func error(_ id: JSON?, _ failure: Failure) -> JSON {
        ["jsonrpc": "2.0", "id": id ?? .null, "error": failure.json]
    }

    private mutating func answer(_ id: JSON, _ method: String, _ parameters: JSON) -> JSON {
        do throws(Failure) {
            return ["jsonrpc": "2.0", "id": id, "result": try result(method, parameters)]
        } catch {
            return Session.error(id, error)
        }
    }

    private mutating func result(_ method: String, _ parameters: JSON) throws(Failure) -> JSON {
        switch (state, method) {
        case (.fresh, "initialize"): return initialize(parameters)
        case (.fresh, _): throw Failure(code: Failure.notInitialized, message: "initialize comes first")
        case (.running, "initialize"): throw Failure(code: Failure.invalidRequest, message: "initialize comes once")
        case (.shutDown, _): throw Failure(code: Failure.invalidRequest, message: "this session is shut down")
        case (.running, "shutdown"):
            state = .shutDown
            return .null
        case (.running, _): break
        }
        guard let answer = Session.answers[method] else {
            throw Failure(code: Failure.unknownMethod, message: "there is no method '\(method.prefix(100))'")
        }
        return try answer(&self, parameters)
    }

    typealias Answer = @Sendable (inout Session, JSON) throws(Failure) -> JSON

    /// Every request that is answered, by its method.
    static let answers: [String: Answer] = [
        "textDocument/inlayHint": { (s, p) throws(Failure) in try s.inlayHint(p) },
        "inlayHint/resolve": { (s, p) throws(Failure) in try s.resolveHint(p) },
        "textDocument/codeAction": { (s, p) throws(Failure) in try s.codeAction(p) },
        "textDocument/hover": { (s, p) throws(Failure) in try s.hover(p) },
        "textDocument/completion": { (s, p) throws(Failure) in try s.completion(p) },
        "completionItem/resolve": { (s, p) throws(Failure) in try s.resolveCompletion(p) },
        "textDocument/signatureHelp": { (s, p) throws(Failure) in try s.signatureHelp(p) },
        "textDocument/definition": { (s, p) throws(Failure) in try s.definition(p) },
        "textDocument/references": { (s, p) throws(Failure) in try s.references(p) },
        "textDocument/documentHighlight": { (s, p) throws(Failure) in try s.documentHighlight(p) },
        "textDocument/documentLink": { (s, p) throws(Failure) in try s.documentLink(p) },
        "textDocument/formatting": { (s, p) throws(Failure) in try s.formatting(p) },
        "textDocument/rangeFormatting": { (s, p) throws(Failure) in try s.rangeFormatting(p) },
        "textDocument/prepareRename": { (s, p) throws(Failure) in try s.prepareRename(p) },
        "textDocument/rename": { (s, p) throws(Failure) in try s.rename(p) },
        "textDocument/documentSymbol": { (s, p) throws(Failure) in try s.documentSymbol(p) },
        "textDocument/foldingRange": { (s, p) throws(Failure) in try s.foldingRange(p) },
        "textDocument/selectionRange": { (s, p) throws(Failure) in try s.selectionRange(p) },
        "textDocument/semanticTokens/full": { (s, p) throws(Failure) in try s.semanticTokens(p) },
        "textDocument/codeLens": { (s, p) throws(Failure) in try s.codeLens(p) },
        "textDocument/prepareCallHierarchy": { (s, p) throws(Failure) in try s.prepareHierarchy(p) },
        "callHierarchy/incomingCalls": { (s, p) throws(Failure) in try s.incomingCalls(p) },
        "callHierarchy/outgoingCalls": { (s, p) throws(Failure) in try s.outgoingCalls(p) },
        "textDocument/prepareTypeHierarchy": { (s, p) throws(Failure) in try s.prepareHierarchy(p) },
        "typeHierarchy/supertypes": { (s, p) throws(Failure) in try s.supertypes(p) },
        "typeHierarchy/subtypes": { (s, p) throws(Failure) in try s.subtypes(p) },
        "workspace/symbol": { (s, p) throws(Failure) in try s.workspaceSymbol(p) },
        "workspace/executeCommand": { (s, p) throws(Failure) in try s.executeCommand(p) },
        "strata/graph": { (s, p) throws(Failure) in try s.graph(p) },
        "strata/placeOf": { (s, p) throws(Failure) in try s.placeOf(p) },
        "strata/pathAt": { (s, p) throws(Failure) in try s.pathAt(p) },
    ]

    // MARK: - Notices

    private mutating func notice(_ method: String, _ parameters: JSON) {
        if method == "exit" {
            exitStatus = state == .shutDown ? 0 : 1
            return
        }
        guard state == .running else { return }
        switch method {
        case "initialized": watchFiles()
        case "textDocument/didOpen": didOpen(parameters)
        case "textDocument/didChange": didChange(parameters)
        case "textDocument/didSave":
            if let path = parameters["textDocument"]?["uri"]?.string.map(Paths.path) { workspace.touch(path) }
        case "textDocument/didClose": didClose(parameters)
        case "workspace/didChangeWatchedFiles":
            for change in parameters["changes"]?.array ?? [] {
                if let uri = change["uri"]?.string { workspace.touch(Paths.path(of: uri)) }
            }
        case "workspace/didChangeWorkspaceFolders":
            let event = parameters["event"]
            let gone = Set((event?["removed"]?.array ?? []).compactMap { $0["uri"]?.string }.map(Paths.path))
            roots.removeAll { gone.contains($0) }
            roots += (event?["added"]?.array ?? []).compactMap { $0["uri"]?.string }.map(Paths.path)
        default: break
        }
    }

    private mutating func watchFiles() {
        guard client.watchesFiles else { return }
        ask(
            "client/registerCapability",
            [
                "registrations": [
                    [
                        "id": "files", "method": "workspace/didChangeWatchedFiles",
                        "registerOptions": ["watchers": [["globPattern": "**/*.arch"]]],
                    ]
                ]
            ])
    }

    mutating func tell(_ method: String, _ parameters: JSON) {
        outbox.append(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    mutating func ask(_ method: String, _ parameters: JSON?) {
        requests += 1
        var members = [
            JSON.Member("jsonrpc", "2.0"), JSON.Member("id", .string("strata-\(requests)")),
            JSON.Member("method", .string(method)),
        ]
        if let parameters { members.append(JSON.Member("params", parameters)) }
        outbox.append(.object(members))
    }
}

import Editor
import GraphIR

extension Session {
    /// What this server can do.
    mutating func initialize(_ parameters: JSON) -> JSON {
        client = Client(parameters)
        state = .running
        roots = (parameters["workspaceFolders"]?.array ?? []).compactMap { $0["uri"]?.string }.map(Paths.path)
        if roots.isEmpty, let root = parameters["rootUri"]?.string { roots = [Paths.path(of: root)] }
        return [
            "serverInfo": ["name": "strata", "version": .string(world.version)],
            "capabilities": [
                "positionEncoding": "utf-16",
                "textDocumentSync": ["openClose": true, "change": 2, "save": ["includeText": false]],
                "inlayHintProvider": ["resolveProvider": true],
                "codeActionProvider": client.actionLiterals
                    ? ["codeActionKinds": ["quickfix", "source.fixAll.strata", "refactor.rewrite", "refactor.extract"]]
                    : true,
                "hoverProvider": true,
                "completionProvider": [
                    "triggerCharacters": [">", "(", ",", ":", ".", "\"", " ", "/"], "resolveProvider": true,
                ],
                "signatureHelpProvider": ["triggerCharacters": ["(", ","]],
                "definitionProvider": true, "referencesProvider": true, "documentHighlightProvider": true,
                "documentLinkProvider": ["resolveProvider": false],
                "documentFormattingProvider": true, "documentRangeFormattingProvider": true,
                "renameProvider": ["prepareProvider": true],
                "documentSymbolProvider": true, "foldingRangeProvider": true, "selectionRangeProvider": true,
                "semanticTokensProvider": [
                    "legend": [
                        "tokenTypes": .array(Coloured.Role.allCases.map { .string($0.protocolName) }),
                        "tokenModifiers": ["declaration", "documentation"],
                    ],
                    "full": true, "range": false,
                ],
                "codeLensProvider": ["resolveProvider": false],
                "callHierarchyProvider": true, "typeHierarchyProvider": true,
                "workspaceSymbolProvider": true,
                "executeCommandProvider": ["commands": ["strata.preview"]],
                "workspace": ["workspaceFolders": ["supported": true, "changeNotifications": true]],
            ],
        ]
    }
}

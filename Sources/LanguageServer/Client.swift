import GraphIR

/// What the editor at the other end can do.
struct Client: Hashable {
    var snippets = false
    /// Whether it asks for an item's page, or a hint's tooltip, once somebody looks at it.
    var resolvesDocumentation = false
    var resolvesTooltips = false
    /// Whether a change may make a new file.
    var createsFiles = false
    var relatedInformation = false
    var tags = false
    var documentChanges = false
    var changeAnnotations = false
    var actionLiterals = false
    var actionIsPreferred = false
    var hierarchicalSymbols = false
    var markdown = true
    var hintRefresh = false
    var lensRefresh = false
    var colourRefresh = false
    var showDocument = false
    var watchesFiles = false
    var labelOffsets = false
    /// Commands of its own that a lens may name.
    var commands: Set<String> = []
    var processId: Int?

    init() {}

    init(_ parameters: JSON) {
        let all = parameters["capabilities"]
        let text = all?["textDocument"]
        let space = all?["workspace"]
        func flag(_ value: JSON?) -> Bool { value?.bool ?? false }
        snippets = flag(text?["completion"]?["completionItem"]?["snippetSupport"])
        func resolves(_ value: JSON?, _ property: String) -> Bool {
            value?["resolveSupport"]?["properties"]?.array?.contains(.string(property)) ?? false
        }
        resolvesDocumentation = resolves(text?["completion"]?["completionItem"], "documentation")
        resolvesTooltips = resolves(text?["inlayHint"], "tooltip")
        relatedInformation = flag(text?["publishDiagnostics"]?["relatedInformation"])
        let tagSupport = text?["publishDiagnostics"]?["tagSupport"]
        tags = tagSupport?["valueSet"]?.array?.contains(.int(1)) ?? flag(tagSupport)
        documentChanges = flag(space?["workspaceEdit"]?["documentChanges"])
        createsFiles =
            documentChanges
            && space?["workspaceEdit"]?["resourceOperations"]?.array?.contains("create") ?? false
        changeAnnotations = space?["workspaceEdit"]?["changeAnnotationSupport"]?.members != nil
        actionLiterals = text?["codeAction"]?["codeActionLiteralSupport"]?.members != nil
        actionIsPreferred = flag(text?["codeAction"]?["isPreferredSupport"])
        hierarchicalSymbols = flag(text?["documentSymbol"]?["hierarchicalDocumentSymbolSupport"])
        if let formats = text?["hover"]?["contentFormat"]?.array { markdown = formats.contains("markdown") }
        hintRefresh = flag(space?["inlayHint"]?["refreshSupport"])
        lensRefresh = flag(space?["codeLens"]?["refreshSupport"])
        colourRefresh = flag(space?["semanticTokens"]?["refreshSupport"])
        showDocument = flag(all?["window"]?["showDocument"]?["support"])
        watchesFiles = flag(space?["didChangeWatchedFiles"]?["dynamicRegistration"])
        labelOffsets = flag(
            text?["signatureHelp"]?["signatureInformation"]?["parameterInformation"]?["labelOffsetSupport"])
        commands = Set((parameters["initializationOptions"]?["commands"]?.array ?? []).compactMap(\.string))
        processId = parameters["processId"]?.int
    }
}

import GraphIR

/// What can be wrong with names, arguments and calls.
extension Diagnostic {
    /// A remark and a fix for a name that is nearly another one.
    static func suggestion(_ name: Identifier, among names: some Sequence<String>) -> (remark: String, fixes: [Fix]) {
        suggestion(nearestName(to: name.text, among: names), for: name.text, at: name.place)
    }

    /// A remark and a fix for a word that somebody probably meant otherwise.
    static func suggestion(_ near: String?, for word: String, at place: Place) -> (remark: String, fixes: [Fix]) {
        guard let near else { return ("", []) }
        return ("did you mean '\(near)'?", [Fix("replace '\(word)' by '\(near)'", [Fix.Edit(place, near)])])
    }

    static func unknownName(_ name: Identifier, among names: [String], words: [String]) -> Diagnostic {
        let near = OtherWords.constant(name.text) ?? nearestName(to: name.text, among: words + names)
        let (remark, fixes) = suggestion(near, for: name.text, at: name.place)
        let notes = words.isEmpty ? [] : ["the words that fit here: \(words.joined(separator: ", "))"]
        return Diagnostic(
            .unknownName, at: name.place, "nothing is called '\(name.text)' here", remark: remark, notes: notes,
            fixes: fixes)
    }

    static func unknownLayer(_ name: Identifier, _ registry: Registry, blocks: [String]) -> Diagnostic {
        let layers = registry.names(.layer)
        let functions = Function.allCases.map { $0.rawValue }
        if !blocks.contains(where: { nearestName(to: name.text, among: [$0]) != nil }),
            let meant = OtherWords.layer(name.text) ?? OtherWords.section(name.text, registry)
        {
            return Diagnostic(
                .unknownLayer, at: name.place, "there is no layer or block '\(name.text)'", help: [meant])
        }
        let (remark, fixes) = suggestion(name, among: blocks + layers + functions)
        return Diagnostic(
            .unknownLayer, at: name.place, "there is no layer or block '\(name.text)'", remark: remark,
            help: fixes.isEmpty
                ? ["'strata layers' lists all layers; 'use \"file.arch\"' brings blocks of another file"] : [],
            fixes: fixes)
    }

    static func layerAsValue(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            .unknownName, at: name.place, "'\(name.text)' is a layer, and no array flows into it here",
            help: ["write 'x -> \(name.text)' or '\(name.text)(x)'"])
    }

    static func duplicateName(_ name: Identifier, first: Place, what: String) -> Diagnostic {
        Diagnostic(
            .duplicateName, at: name.place, "the \(what) '\(name.text)' is given twice", remark: "again here",
            labels: [Label(first, "first here")], help: ["give one of them another name"])
    }

    static func unknownArgument(_ name: Identifier, of owner: String, known: [String], usage: String) -> Diagnostic {
        let near = OtherWords.argument(name.text, among: known) ?? nearestName(to: name.text, among: known)
        let (remark, fixes) = suggestion(near, for: name.text, at: name.place)
        return Diagnostic(
            .unknownArgument, at: name.place, "\(owner) has no argument '\(name.text)'", remark: remark,
            notes: [usage], help: near == nil ? [OtherWords.needless(name.text, of: owner)].compactMap(\.self) : [],
            fixes: fixes)
    }

    static func missingArguments(_ missing: [Parameter], of owner: String, usage: String, at place: Place) -> Diagnostic
    {
        let list = missing.map { "'\($0.name)'" }.joined(separator: " and ")
        let first = missing.first
        let about = missing.filter { !$0.documentation.isEmpty }.map { "\($0.name): \($0.documentation)" }
        return Diagnostic(
            .missingArgument, at: place, "\(owner) needs \(list)",
            remark: first.map { "\($0.name): \($0.type)" } ?? "", notes: about + [usage])
    }

    static func tooManyArguments(_ owner: String, takes count: Int, usage: String, at place: Place) -> Diagnostic {
        let takes = count == 0 ? "no arguments" : count == 1 ? "one argument" : "\(count) arguments"
        return Diagnostic(
            .tooManyArguments, at: place, "\(owner) takes \(takes)", remark: "one too many", notes: [usage])
    }

    static func repeatedArgument(_ name: String, first: Place, at place: Place) -> Diagnostic {
        Diagnostic(
            .repeatedArgument, at: place, "'\(name)' is given twice", remark: "again here",
            labels: [Label(first, "first here")])
    }

    static func noSuchMember(_ name: Identifier, of known: [String], at place: Place) -> Diagnostic {
        let (remark, fixes) = suggestion(name, among: known)
        let notes =
            known.isEmpty
            ? ["only what a block returns beside its result has names: 'return y, \(name.text): x'"]
            : ["it has \(known.joined(separator: ", "))"]
        return Diagnostic(
            .noSuchMember, at: name.place, "there is no '\(name.text)' in this", remark: remark, notes: notes,
            fixes: fixes)
    }

    static func nothingFlowsIn(_ name: Identifier, at place: Place) -> Diagnostic {
        Diagnostic(
            .wrongInputCount, at: place, "nothing flows into \(name.text)",
            help: ["write 'x -> \(name.text)(…)', or give the array as its first argument"])
    }

    static func wrongInputCount(_ name: String, _ allowed: ClosedRange<Int>, found: Int, at place: Place) -> Diagnostic
    {
        let wanted =
            allowed.lowerBound == allowed.upperBound
            ? "\(allowed.lowerBound)"
            : allowed.upperBound >= 1000
                ? "at least \(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
        return Diagnostic(
            .wrongInputCount, at: place,
            "\(name) takes \(wanted) array\(wanted == "1" ? "" : "s"), but \(found) flow\(found == 1 ? "s" : "") in",
            notes: ["the piped array comes first; others are arguments without a name"])
    }

    static func notAnArray(_ name: String, _ found: String, at place: Place) -> Diagnostic {
        Diagnostic(.notAnArray, at: place, "\(name) takes an array, not \(found)")
    }

    /// `pick(p)` where the output is called `p` too: a word of the settings is meant, which may have capitals.
    static func notASetting(_ signature: Signature, _ array: Identifier?, at place: Place) -> Diagnostic {
        guard let array else {
            return Diagnostic(.notAnArray, at: place, "\(signature.name) takes settings here, not arrays")
        }
        let words = signature.parameters.map { ($0.name, $0.type.words) }
        let meant = words.lazy.compactMap { setting, words in
            words.first { $0.lowercased() == array.text.lowercased() }.map { (setting: setting, word: $0) }
        }.first
        return Diagnostic(
            .notAnArray, at: place,
            "\(signature.name) takes settings here, and '\(array.text)' is an array of this network",
            remark: meant.map { "did you mean the \($0.setting) '\($0.word)'?" } ?? "",
            fixes: meant.map { [Fix("write '\($0.word)'", [Fix.Edit(place, $0.word)])] } ?? [])
    }

    static func oneWord(_ words: [Identifier], _ meant: String, of name: String) -> Diagnostic {
        let place = words[0].place.joined(with: words[words.count - 1].place)
        return Diagnostic(
            .expected, at: place, "\(name) takes these together", remark: "write '\(meant)'",
            fixes: [Fix("write '\(meant)'", [Fix.Edit(place, meant)])])
    }

    static func noOperator(_ sign: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .badArithmetic, at: place, "'\(sign)' does not work on arrays",
            notes: ["arrays can be added and multiplied, element by element"])
    }

    static func circularBlocks(_ names: [String], at place: Place) -> Diagnostic {
        Diagnostic(
            .circularBlocks, at: place, "a block cannot use itself: \(names.joined(separator: " -> "))",
            help: ["repeat and for unroll what comes several times"])
    }

    static func noReturn(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            .valueMissing, at: name.place, "block '\(name.text)' returns nothing", help: ["end it with 'return …'"])
    }

    static func misplaced(_ message: String, at place: Place) -> Diagnostic {
        Diagnostic(.misplaced, at: place, message)
    }

    static func unknownPlugin(_ kind: PluginKind, _ name: Identifier, known: [String]) -> Diagnostic {
        let (remark, fixes) = suggestion(name, among: known)
        let article = "aeiou".contains(kind.rawValue.first ?? "x") ? "an" : "a"
        let notes =
            known.isEmpty
            ? ["no \(kind.rawValue) is registered in this program"] : ["there are \(known.joined(separator: ", "))"]
        return Diagnostic(
            .unknownPlugin, at: name.place, "'\(name.text)' is not \(article) \(kind.rawValue)", remark: remark,
            notes: notes,
            fixes: fixes)
    }
}

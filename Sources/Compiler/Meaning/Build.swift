import GraphIR

/// One network to build: the declaration it starts from, the variants that edit it, and what a command line overrides.
struct Build {
    struct Override {
        var names: [Identifier]
        var tests: [Argument]
        var value: Expression
        var file: Int
    }
    typealias Variant = (file: Int, declaration: VariantDeclaration)

    let root: NetworkDeclaration
    let file: Int
    /// The eldest first.
    let variants: [Variant]
    let overrides: [Override]
    /// Something in its files could not be read.
    var isIncomplete = false
    /// A plugin that its files ask for is not there.
    var missesPlugins = false

    /// A `set` of a variant or a command line.
    private struct Setting {
        var names: [Identifier]
        var tests: [Argument]
        var value: Expression
        var file: Int
        var place: Place
    }

    /// - Parameters:
    ///   - log: where what is worked out is noted.
    ///   - isLenient: goes on with what is left of mistakes; what it finds is no verdict then.
    func run(
        _ library: Library, _ registry: Registry, log: Log? = nil, isLenient: Bool = false
    ) -> (network: Network?, found: [Diagnostic], log: Log?) {
        var elaborator = Elaborator(library: library, registry: registry, file: file)
        elaborator.log = log
        elaborator.isLenient = isLenient
        let network = walk(&elaborator)
        if isLenient { return (network, [], elaborator.log) }
        var diagnostics = elaborator.diagnostics
        if diagnostics.contains(where: { $0.severity == .error }), let place = elaborator.editing.parameterEdits.last {
            diagnostics = blamed(diagnostics, on: place, library, registry)
        }
        return (network, diagnostics, elaborator.log)
    }

    /// Values leave no trace in the graph. Where the parent alone is without mistakes, the parameters that were set
    /// are to blame for those that no other edit explains.
    private func blamed(
        _ diagnostics: [Diagnostic], on place: Place, _ library: Library, _ registry: Registry
    ) -> [Diagnostic] {
        let original = Build(
            root: root, file: file, variants: [], overrides: [], isIncomplete: isIncomplete,
            missesPlugins: missesPlugins)
        var elaborator = Elaborator(library: library, registry: registry, file: file)
        _ = original.walk(&elaborator)
        guard !elaborator.diagnostics.contains(where: { $0.severity == .error }) else { return diagnostics }
        return diagnostics.map { diagnostic in
            guard diagnostic.severity == .error, diagnostic.place.file == file, variants.last?.file != file else {
                return diagnostic
            }
            return Editing.blame(diagnostic, on: place)
        }
    }

    private func walk(_ elaborator: inout Elaborator) -> Network? {
        elaborator.isIncomplete = isIncomplete || missesPlugins
        elaborator.missesPlugins = missesPlugins
        let settings = self.settings
        let parameters = bindParameters(settings, &elaborator)
        addEdits(settings, &elaborator)
        for (_, variant) in variants {
            for statement in variant.statements { restate(statement, &elaborator) }
        }
        elaborator.walk(root.statements)
        elaborator.sayUnmatchedEdits()
        elaborator.log?.nodes = elaborator.nodes
        elaborator.dropUnreachable()
        finish(&elaborator)
        let recipe = recipe(settings, &elaborator)
        guard !elaborator.isAborted else { return nil }
        if !elaborator.isIncomplete { sayWhatIsMissing(&elaborator) }
        let last = variants.last?.declaration
        var graph = Graph(
            name: last?.name.text ?? root.name.text, documentation: last?.documentation ?? root.documentation,
            nodes: elaborator.nodes, outputs: elaborator.outputs)
        graph.claims = elaborator.claims
        if !elaborator.isIncomplete, let fault = graph.faults.first {
            elaborator.report(.faultOfOurs(fault, at: root.name.place))
        }
        return Network(graph: graph, recipe: recipe, parameters: parameters)
    }

    private func finish(_ elaborator: inout Elaborator) {
        let freezes = ([root.statements] + variants.map { $0.declaration.statements }).flatMap { $0 }.filter {
            if case .freeze = $0.kind { true } else { false }
        }
        elaborator.finish(freezes)
        // What a text expects of itself is no promise of its variants, nor of what a command line makes of it.
        guard !overrides.contains(where: { !Build.isAboutTraining($0.names) }) else { return }
        let own = variants.last?.declaration.statements ?? root.statements
        elaborator.file = variants.last?.file ?? file
        elaborator.finish(own.filter { if case .expectation = $0.kind { true } else { false } })
        elaborator.file = file
    }

    private func sayWhatIsMissing(_ elaborator: inout Elaborator) {
        func has(_ kind: (Statement.Kind) -> Bool) -> Bool { root.statements.contains { kind($0.kind) } }
        if !has({ if case .input = $0 { true } else { false } }) {
            elaborator.report(.noInput(root.name))
        } else if !has({ if case .output = $0 { true } else { false } }) {
            elaborator.report(.noOutput(root.name))
        }
    }

    // MARK: - Parameters

    /// Every `set` of the variants and the command line, the eldest first.
    private var settings: [Setting] {
        var settings: [Setting] = []
        for (file, variant) in variants {
            for edit in variant.edits {
                if case .set(let names, let tests, let value) = edit.kind {
                    settings.append(Setting(names: names, tests: tests, value: value, file: file, place: edit.place))
                }
            }
        }
        return settings
            + overrides.map {
                Setting(names: $0.names, tests: $0.tests, value: $0.value, file: $0.file, place: $0.value.place)
            }
    }

    static func isAboutTraining(_ names: [Identifier]) -> Bool {
        names.count > 1 && ["train", "learn", "prepare", "augment"].contains(names[0].text)
    }

    private func bindParameters(_ settings: [Setting], _ elaborator: inout Elaborator) -> Arguments {
        var entries: [Arguments.Entry] = []
        let own = settings.filter { $0.names.count == 1 && $0.tests.isEmpty }
        for parameter in root.parameters {
            let sets = own.filter { $0.names[0].word == parameter.name.word }
            let value = parameter.isBroken ? nil : value(of: parameter, sets, &elaborator)
            elaborator.bindNew(parameter.name, value.map { Item($0) } ?? .poison, .parameter)
            if let value { elaborator.note(.parameter, parameter.name.place, Item(value)) }
            if let value { entries.append(Arguments.Entry(parameter.name.text, value, isExplicit: !sets.isEmpty)) }
        }
        for set in own where !root.parameters.contains(where: { $0.name.word == set.names[0].word }) {
            elaborator.report(.unknownParameter(set.names[0], of: root))
        }
        return Arguments(entries)
    }

    /// A parameter's default, or what was set last; `nil` after saying why there is none.
    private func value(
        of parameter: ParameterDeclaration, _ sets: [Setting], _ elaborator: inout Elaborator
    ) -> Value? {
        let name = parameter.name
        let purpose = Purpose(owner: root.name.text, name: name.text, rate: nil)
        var value: Value?
        if let standard = parameter.standard {
            let item = elaborator.evaluate(standard, wanted: parameter.type)
            value = elaborator.fit(item, parameter.type, purpose, at: standard.place)
        } else if sets.isEmpty {
            elaborator.report(.parameterWithoutValue(name))
        }
        for set in sets {
            // `set filters = filters + [64]` sees what it changes.
            let mark = elaborator.scope.count
            if let value { elaborator.bind(name, Item(value), .parameter) }
            elaborator.file = set.file
            let item = elaborator.evaluate(set.value, wanted: parameter.type)
            value = elaborator.fit(item, parameter.type, purpose, at: set.value.place)
            elaborator.file = file
            _ = elaborator.dropScope(to: mark)
            elaborator.editing.parameterEdits.append(set.place)
        }
        return value
    }

    // MARK: - Edits

    private func addEdits(_ settings: [Setting], _ elaborator: inout Elaborator) {
        var sets = settings[...]
        func addSet() {
            guard let set = sets.popFirst() else { return }
            guard set.names.count > 1, !Build.isAboutTraining(set.names), let argument = set.names.last else { return }
            let parts = set.names.dropLast().flatMap { name in
                name.text.isEmpty
                    ? [Selector.Part(text: "", place: name.place)]
                    : name.text.split(separator: ".").map { Selector.Part(text: String($0), place: name.place) }
            }
            let place = set.names.dropLast().reduce(set.names[0].place) { $0.joined(with: $1.place) }
            let selector = Selector(parts: parts, tests: set.tests, place: place)
            elaborator.editing.active.append(
                Editing.Active(action: .set(argument, set.value), selector: selector, place: set.place, file: set.file))
        }
        for (file, variant) in variants {
            for edit in variant.edits {
                func add(_ action: Editing.Action, _ selectors: [Selector]) {
                    for selector in selectors {
                        elaborator.editing.active.append(
                            Editing.Active(action: action, selector: selector, place: edit.place, file: file))
                    }
                }
                switch edit.kind {
                case .set: addSet()
                case .replace(let selectors, with: let stages): add(.replace(stages), selectors)
                case .remove(let selectors): add(.remove, selectors)
                case .insert(let stages, let isBefore, let selectors):
                    add(.insert(stages, isBefore: isBefore), selectors)
                }
            }
        }
        while !sets.isEmpty { addSet() }
    }

    private func restate(_ statement: Statement, _ elaborator: inout Elaborator) {
        switch statement.kind {
        case .shape(let name, let ascription):
            let isKnown = root.statements.contains {
                switch $0.kind {
                case .binding(let other, .some, _), .output(let other, .some, _): other.word == name.word
                default: false
                }
            }
            if isKnown {
                elaborator.editing.restate(name, ascription)
            } else {
                elaborator.report(.nothingToRestate(name, at: statement.place))
            }
        case .expectation, .learn, .prepare, .augment, .train, .freeze, .broken: break
        default:
            elaborator.report(.misplaced("a variant edits its parent; this belongs in a network", at: statement.place))
        }
    }

    // MARK: - Learning

    private func recipe(_ settings: [Setting], _ elaborator: inout Elaborator) -> Recipe? {
        var writer = RecipeWriter()
        writer.add(root.statements, file: file)
        for (file, variant) in variants { writer.add(variant.statements, file: file) }
        for set in settings where Build.isAboutTraining(set.names) {
            writer.changes.append(RecipeWriter.Change(names: set.names, value: set.value, file: set.file))
        }
        return writer.write(&elaborator)
    }
}

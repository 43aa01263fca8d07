import GraphIR

/// What is learned and how, gathered from a network and its variants, and checked against the registered plugins.
struct RecipeWriter {
    /// A `set train.epochs = 5`.
    struct Change {
        var names: [Identifier]
        var value: Expression
        var file: Int
    }
    private(set) var lessons: [(statement: LearnStatement, file: Int)] = []
    private var preparation: (stages: [Stage], file: Int)?
    private var augmentation: (stages: [Stage], file: Int)?
    private(set) var training: [(argument: Argument, file: Int)] = []
    private(set) var trainPlace: Place?
    private var findings: [Diagnostic] = []
    var changes: [Change] = []

    /// Takes the sections of one text; those of a variant come after its parent's and prevail.
    mutating func add(_ statements: [Statement], file: Int) {
        var seen: [Int32: Place] = [:]
        var sections: [String: Place] = [:]
        for statement in statements {
            switch statement.kind {
            case .learn(let lesson):
                if let first = seen[lesson.output.word] { findings.append(.learntTwice(lesson.output, first: first)) }
                seen[lesson.output.word] = lesson.output.place
                if let known = lessons.firstIndex(where: { $0.statement.output.word == lesson.output.word }) {
                    lessons[known] = (lesson, file)
                } else {
                    lessons.append((lesson, file))
                }
            case .prepare(let stages):
                note(section: "prepare", at: statement.place, &sections)
                preparation = (stages, file)
            case .augment(let stages):
                note(section: "augment", at: statement.place, &sections)
                augmentation = (stages, file)
            case .train(let arguments):
                note(section: "train", at: statement.place, &sections)
                trainPlace = statement.place
                for argument in arguments { train(argument, file) }
            default: break
            }
        }
    }

    /// Of two sections the second would silently stand in the first one's place.
    private mutating func note(section: String, at place: Place, _ seen: inout [String: Place]) {
        if let first = seen[section] { findings.append(.sectionTwice(section, at: place, first: first)) }
        seen[section] = place
    }

    private mutating func train(_ argument: Argument, _ file: Int) {
        if let known = training.firstIndex(where: { $0.argument.name?.word == argument.name?.word && $0.file != file })
        {
            training[known] = (argument, file)
        } else {
            training.append((argument, file))
        }
    }

    /// `nil` where no text says what is learned.
    mutating func write(_ elaborator: inout Elaborator) -> Recipe? {
        for finding in findings { elaborator.report(finding) }
        elaborator.ambientRate = elaborator.nodes.first { $0.isInput }?.type.rate
        defer { elaborator.ambientRate = nil }
        var recipe = Recipe()
        for (lesson, file) in lessons {
            elaborator.file = file
            if let taught = write(lesson, &elaborator) { recipe.lessons.append(taught) }
        }
        if let preparation { recipe.preparations = write(preparation, "prepare", .preparation, &elaborator) }
        if let augmentation { recipe.augmentations = write(augmentation, "augment", .augmentation, &elaborator) }
        recipe.training = writeTraining(&elaborator)
        for change in changes where !["train", "learn", "prepare", "augment"].contains(change.names[0].text) {
            elaborator.report(.noSuchSetting(change.names, known: []))
        }
        sayWhatChangesNothing(&elaborator)
        if lessons.isEmpty { return nil }
        let taught = Set(lessons.map { $0.statement.output.text })
        for output in elaborator.outputs where !taught.contains(output.name) {
            elaborator.report(.nothingLearnsFrom(output))
        }
        return recipe
    }

    // MARK: - Lessons

    private func write(_ lesson: LearnStatement, _ elaborator: inout Elaborator) -> Recipe.Lesson? {
        let name = lesson.output
        let labeler = taught(lesson.labeler, .labeler, [name.text, "from"], &elaborator)
        let loss = (lesson.loss ?? change(of: ["learn", name.text, "loss"])?.value).map {
            taught($0, .loss, [name.text, "loss"], &elaborator)
        }
        let weight = weight(of: lesson, &elaborator)
        guard let output = elaborator.outputs.first(where: { $0.name == name.text }) else {
            if !(elaborator.brokenOutputs + elaborator.unreadNames).contains(name.text) {
                _ = elaborator.failUnknown(
                    name, .unknownOutput(name, known: elaborator.outputs.map(\.name) + elaborator.brokenOutputs))
            }
            return nil
        }
        guard let loss else {
            elaborator.report(.lossMissing(lesson, known: elaborator.catalog.registry.names(.loss)))
            return nil
        }
        guard let labeler, let loss, let weight else { return nil }
        guard fits(lesson, labeler, loss, output.node, &elaborator) else { return nil }
        return Recipe.Lesson(output: name.text, labeler: labeler, loss: loss, weight: weight, place: lesson.place)
    }

    /// The last change of what stands at a path as a whole.
    private func change(of path: [String]) -> Change? { changes.last { $0.names.map(\.text) == path } }

    /// A lesson's labeler or loss, or what `set` puts in its place.
    private func taught(
        _ written: Expression, _ kind: PluginKind, _ path: [String], _ elaborator: inout Elaborator
    ) -> PluginCall? {
        let outer = elaborator.file
        defer { elaborator.file = outer }
        let change = change(of: ["learn"] + path)
        if let change { elaborator.file = change.file }
        return plugin(change?.value ?? written, kind, section: "learn", path, &elaborator)
    }

    private func weight(of lesson: LearnStatement, _ elaborator: inout Elaborator) -> Double? {
        let outer = elaborator.file
        defer { elaborator.file = outer }
        let change = change(of: ["learn", lesson.output.text, "weight"])
        if let change { elaborator.file = change.file }
        guard let expression = change?.value ?? lesson.weight else { return 1 }
        let purpose = Purpose(owner: "learn", name: "weight", rate: nil)
        let item = elaborator.evaluate(expression, wanted: .float)
        return elaborator.fit(item, .float, range: 0...1e9, purpose, at: expression.place).flatMap { Double($0) }
    }

    /// Whether the labels suit the output, and the loss both.
    private func fits(
        _ lesson: LearnStatement, _ labeler: PluginCall, _ loss: PluginCall, _ node: Int, _ elaborator: inout Elaborator
    ) -> Bool {
        let output = elaborator.nodes[node].type
        guard let window = elaborator.nodes.first(where: { $0.isInput })?.type,
            let labels = elaborator.catalog.plugin(labeler)?.labeler
        else { return true }
        do throws(Complaint) {
            let use = try labels.init(labeler.arguments, window: window, output: output)
            guard let losses = elaborator.catalog.plugin(loss)?.loss else { return true }
            do throws(Complaint) {
                let judge = try losses.init(loss.arguments, output: output, label: use.label)
                let outlook = Outlook(lesson: lesson, labeler: labeler, loss: loss, node: node)
                if losses.comparesShares, case .onsets(let rows) = use.meaning, !rows.contains(nil) {
                    elaborator.report(outlook.nothingIsRight(rows.compactMap { $0 }, elaborator))
                    return false
                }
                if let finding = outlook.activation(fitting: judge.fittingActivations, elaborator) {
                    elaborator.report(finding)
                    return finding.severity != .error
                }
                return true
            } catch {
                elaborator.report(.doesNotFit(.lossDoesNotFit, loss, error, elaborator.label(of: lesson.output, node)))
            }
        } catch {
            elaborator.report(.doesNotFit(.labelsDoNotFit, labeler, error, elaborator.label(of: lesson.output, node)))
        }
        return false
    }

    // MARK: - Chains of preparations and augmentations

    private func write(
        _ chain: (stages: [Stage], file: Int), _ section: String, _ kind: PluginKind, _ elaborator: inout Elaborator
    ) -> [PluginCall] {
        elaborator.file = chain.file
        var calls: [PluginCall] = []
        for stage in chain.stages { write(stage, section, kind, into: &calls, &elaborator) }
        return calls
    }

    private func write(
        _ stage: Stage, _ section: String, _ kind: PluginKind, into calls: inout [PluginCall],
        _ elaborator: inout Elaborator
    ) {
        if let label = stage.label {
            elaborator.report(.misplaced("a step of '\(section)' has no label", at: label.place))
        }
        switch stage.kind {
        case .call(let call):
            let value = Expression(
                kind: call.hasParentheses ? .call(call) : .name(call.callee), place: call.place)
            if let done = plugin(value, kind, section: section, [call.callee.text], &elaborator) { calls.append(done) }
        case .group(let stages): for stage in stages { write(stage, section, kind, into: &calls, &elaborator) }
        case .condition(let test, let yes, let no):
            guard let answer = elaborator.truth(test) else { return }
            for stage in answer ? yes : no ?? [] { write(stage, section, kind, into: &calls, &elaborator) }
        case .missing: break
        case .loop, .repetition:
            elaborator.report(.misplaced("'\(section)' takes steps one by one", at: stage.place))
        }
    }

    /// A plugin that a section names, with the changes that `set` makes to its arguments.
    func plugin(
        _ expression: Expression, _ kind: PluginKind, section: String, _ path: [String], _ elaborator: inout Elaborator
    ) -> PluginCall? {
        guard !elaborator.catalog.registry.names(kind).isEmpty else {
            elaborator.report(.noPluginOfKind(kind, at: expression.place))
            return nil
        }
        let own = changes.filter {
            $0.names.dropLast().map(\.text) == [section] + path && $0.names.count == path.count + 2
        }
        let overrides = own.compactMap { change in
            change.names.last.map { Override(name: $0, value: change.value, file: change.file) }
        }
        let call: Call
        switch expression.kind {
        case .call(let said): call = said
        case .name(let name): call = Call(callee: name, hasParentheses: false, arguments: [], place: name.place)
        case .missing: return nil
        default:
            elaborator.report(.wrongType("'\(section)'", "a \(kind.rawValue)", "this", at: expression.place))
            return nil
        }
        guard case .value(.call(let plugin)) = elaborator.plugin(kind, call, overrides) else { return nil }
        checkPreparation(plugin, call, overrides, &elaborator)
        return plugin
    }

    /// Whether the windows can be prepared so: a corner must lie where the rate has frequencies.
    private func checkPreparation(
        _ plugin: PluginCall, _ call: Call, _ overrides: [Override], _ elaborator: inout Elaborator
    ) {
        guard let type = elaborator.catalog.plugin(plugin)?.preparation,
            let window = elaborator.nodes.first(where: { $0.isInput })?.type
        else { return }
        do throws(Complaint) {
            _ = try type.init(plugin.arguments, window: window)
        } catch {
            var place = call.place
            if case .argument(let name) = error.cause {
                let said = overrides.last { $0.name.text == name }?.value
                place = (said ?? elaborator.written(name, of: call, in: type.signature))?.place ?? place
            }
            elaborator.report(.preparationDoesNotFit(plugin, error, at: place, whole: call.place))
        }
    }

    // MARK: - What changes nothing

    private func sayWhatChangesNothing(_ elaborator: inout Elaborator) {
        let section = elaborator.catalog.registry.signature(.section, "train")
        let nested = (section?.parameters ?? []).filter { $0.type.plugin != nil }.map(\.name)
        for change in changes where !isKnown(change.names.map(\.text), nested: nested) {
            elaborator.report(.noSuchSetting(change.names, known: knownPaths))
        }
    }

    private func isKnown(_ names: [String], nested: [String]) -> Bool {
        if names[0] == "train" { return names.count == 2 || names.count == 3 && nested.contains(names[1]) }
        return knownPaths.contains { path in
            let parts = path.split(separator: ".").map(String.init)
            return parts == names
                || (parts.count == names.count && parts.dropLast() == names.dropLast() && parts.last == "*")
        }
    }

    /// Every path that `set` can name, `*` for any argument.
    private var knownPaths: [String] {
        var paths: [String] = []
        for (lesson, _) in lessons {
            let output = lesson.output.text
            paths += ["weight", "from", "from.*", "loss", "loss.*"].map { "learn.\(output).\($0)" }
        }
        for (section, chain) in [("prepare", preparation), ("augment", augmentation)] {
            for stage in chain?.stages ?? [] {
                if case .call(let call) = stage.kind { paths.append("\(section).\(call.callee.text).*") }
            }
        }
        return paths
    }
}

extension Elaborator {
    /// What a call of a plugin says for a parameter, by name or in its place.
    func written(_ name: String, of call: Call, in signature: Signature) -> Expression? {
        if let named = call.arguments.first(where: { $0.name?.text == name }) { return named.value }
        guard let index = signature.parameters.firstIndex(where: { $0.name == name }) else { return nil }
        let positional = call.arguments.filter { $0.name == nil }
        return positional.indices.contains(index) ? positional[index].value : nil
    }

    /// The shape of an output, where the output is declared.
    func label(of name: Identifier, _ node: Int) -> Diagnostic.Label {
        let place = outputs.first { $0.name == name.text }?.place ?? name.place
        return Diagnostic.Label(place, "'\(name.text)' is \(nodes[node].type.shape)")
    }
}

import GraphIR

/// The `train` section, with what variants and `--set` change in it.
extension RecipeWriter {
    func writeTraining(_ elaborator: inout Elaborator) -> Arguments {
        let changed = changes.filter { $0.names[0].text == "train" }
        guard trainPlace != nil || !changed.isEmpty || !lessons.isEmpty else { return Arguments() }
        guard elaborator.catalog.registry[.section, "train"] != nil else {
            if let place = trainPlace ?? changed.first?.names[0].place {
                elaborator.report(
                    .noPluginOfKind(.section, at: Place(file: place.file, start: place.start, end: place.start + 5)))
            }
            return Arguments()
        }
        let outer = elaborator.file
        defer { elaborator.file = outer }
        let place = trainPlace ?? lessons.first?.statement.place ?? .nowhere
        let name = Identifier(
            text: "train", word: elaborator.library.interner.intern("train"),
            place: Place(file: place.file, start: place.start, end: place.start + 5))
        // Each argument is read among the names of the file that says it.
        let overrides =
            training.compactMap { entry in
                entry.argument.name.map { Override(name: $0, value: entry.argument.value, file: entry.file) }
            }
            + changed.compactMap { change in
                change.names.count == 2 ? Override(name: change.names[1], value: change.value, file: change.file) : nil
            }
        let call = Call(callee: name, hasParentheses: true, arguments: [], place: name.place)
        guard case .value(.call(let section)) = elaborator.plugin(.section, call, overrides) else { return Arguments() }
        return settingWithin(section, overrides, &elaborator)
    }

    /// `set train.optimizer.rate = 1e-4`: an argument of what the section calls. Whoever it belongs to is read as it
    /// was said, or as it is by itself, and its argument changed.
    private func settingWithin(
        _ section: PluginCall, _ said: [Override], _ elaborator: inout Elaborator
    ) -> Arguments {
        var arguments = section.arguments
        var done: Set<String> = []
        for change in changes where change.names[0].text == "train" && change.names.count == 3 {
            let name = change.names[1]
            let type = elaborator.catalog.plugin(section)?.signature.parameters.first { $0.name == name.text }?.type
            guard let kind = type?.plugin, done.insert(name.text).inserted else { continue }
            let outer = elaborator.file
            defer { elaborator.file = outer }
            var expression: Expression
            if let last = said.last(where: { $0.name.text == name.text }) {
                (expression, elaborator.file) = (last.value, last.file)
            } else {
                guard case .call(let standard) = arguments[name.text] else { continue }
                let word = elaborator.library.interner.intern(standard.name)
                let callee = Identifier(text: standard.name, word: word, place: name.place)
                (expression, elaborator.file) = (Expression(kind: .name(callee), place: name.place), change.file)
            }
            guard let call = plugin(expression, kind, section: "train", [name.text], &elaborator) else { continue }
            arguments.set(name.text, .call(call))
        }
        return arguments
    }
}

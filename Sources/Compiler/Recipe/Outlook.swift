import GraphIR

/// One lesson before it is learnt: whether its output can ever be what its loss compares.
struct Outlook {
    let lesson: LearnStatement
    let labeler: PluginCall
    let loss: PluginCall
    /// The node that the output is.
    let node: Int

    private var name: String { lesson.output.text }

    // MARK: - Labels that say nothing

    /// The channels share one probability, and none of them stands for "nothing arrives here": almost every sample has
    /// a label of zeros, from which such a loss learns nothing.
    func nothingIsRight(_ phases: [String], _ elaborator: Elaborator) -> Diagnostic {
        let list = phases.joined(separator: ", ")
        let count = phases.count + 1
        var fixes: [Diagnostic.Fix] = []
        if let fix = apart(elaborator) { fixes.append(fix) }
        return Diagnostic(
            .lossDoesNotFit, at: loss.place,
            "\(loss.name) compares shares of one whole, but between the arrivals the labels of \(list) are all zero",
            remark: "nearly every sample would teach nothing",
            labels: [
                Diagnostic.Label(labeler.place, "no row for what is neither"),
                elaborator.label(of: lesson.output, node),
            ],
            help: ["give the rest a channel: \(labeler.name)([\(list), noise]) and \(count) channels in '\(name)'"],
            fixes: fixes)
    }

    /// Every channel as a question of its own: another loss, and the activation that it expects.
    private func apart(_ elaborator: Elaborator) -> Diagnostic.Fix? {
        let registry = elaborator.catalog.registry
        let losses = registry.names(.loss).sorted().compactMap { name in
            (registry[.loss, name] as? any LossSignature.Type).map { (name, $0) }
        }
        let other = losses.first { !$0.1.comparesShares && !$0.1.expectedActivations.isEmpty }
        guard let (name, type) = other, let activation = type.expectedActivations.first,
            !loss.arguments.entries.contains(where: \.isExplicit), loss.place.file == labeler.place.file
        else { return nil }
        let last = elaborator.nodes[node]
        let shared = (registry[.loss, loss.name] as? any LossSignature.Type)?.expectedActivations ?? []
        guard shared.contains(last.kind), last.origins.isEmpty, last.place.file == loss.place.file,
            spelling(last.place, elaborator) == last.kind
        else { return nil }
        return Diagnostic.Fix(
            "judge every channel by itself, with \(activation) and \(name)",
            [.init(loss.place, name), .init(last.place, activation)])
    }

    // MARK: - Activations

    /// What is to be said of the layer that the output ends in: nothing, that it is unusual, or that it cannot be.
    func activation(fitting: [String], _ elaborator: Elaborator) -> Diagnostic? {
        let last = elaborator.nodes[node]
        let words = [last.kind] + last.arguments.entries.map { "\($0.value)" }
        guard let wanted = fitting.first, !fitting.contains(where: words.contains) else { return nil }
        if words.contains("softmax"), last.type.shape.channels.number == 1 {
            return .loneSoftmax(loss, lesson, last, fixes: fixes(wanted, last, elaborator))
        }
        // What only passes on, such as a crop, may have the right one before it.
        guard isActivation(last.kind, elaborator) || last.weights.contains(where: \.isTrainable) else {
            return .unexpectedActivation(loss, fitting, lesson, last)
        }
        return .activationDoesNotFit(loss, fitting, lesson, last, fixes: fixes(wanted, last, elaborator))
    }

    private func fixes(_ wanted: String, _ last: Node, _ elaborator: Elaborator) -> [Diagnostic.Fix] {
        // What shares among channels is replaced, too: behind it nothing else could tell anything.
        if isActivation(last.kind, elaborator) || ["softmax", "log_softmax"].contains(last.kind) {
            guard last.origins.isEmpty, spelling(last.place, elaborator) == last.kind else { return [] }
            return [.init("end '\(name)' in \(wanted)", [.init(last.place, wanted)])]
        }
        guard let end = elaborator.ends[name], end.file == lesson.place.file else { return [] }
        return [.init("end '\(name)' in \(wanted)", [.init(end, " -> \(wanted)")])]
    }

    /// Whether a layer is one of those that an argument `activation` can name.
    private func isActivation(_ kind: String, _ elaborator: Elaborator) -> Bool {
        elaborator.catalog.activations.contains(kind)
    }

    private func spelling(_ place: Place, _ elaborator: Elaborator) -> String {
        guard elaborator.library.files.indices.contains(place.file) else { return "" }
        let text = elaborator.library.files[place.file].text
        guard place.start <= place.end, place.end <= text.count else { return "" }
        return String(decoding: text[place.start..<place.end], as: UTF8.self)
    }
}

extension Diagnostic {
    static func activationDoesNotFit(
        _ loss: PluginCall, _ fitting: [String], _ lesson: LearnStatement, _ last: Node, fixes: [Fix]
    ) -> Diagnostic {
        Diagnostic(
            .activationDoesNotFit, at: loss.place,
            "\(loss.name) compares probabilities, and '\(lesson.output.text)' ends in \(last.kind), which gives none",
            remark: "it expects \(fitting.joined(separator: " or "))",
            labels: [Label(last.place, "it ends here")],
            help: ["or let the loss make them, where it can: from: logits"], fixes: fixes)
    }
}

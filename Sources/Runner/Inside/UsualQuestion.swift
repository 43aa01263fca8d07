import GraphIR
import Interpreter
import Seismic

extension Subject {
    /// What is asked of a window when nobody says: its likeliest pick; of a network that picks nothing its first class,
    /// else its first output. `nil` where it picks and finds nothing here.
    public func usualQuestion(of seen: Seen) throws -> Question? {
        let explainer = try explainer(.standard, symbols: seen.symbols)
        try explainer.look(at: seen.inputs)
        var best: (output: String, channel: String?, probability: Double)?
        var picks = false
        for end in explainer.explained.ends {
            guard case .onsets(let phases)? = try meaning(of: end.name) else { continue }
            picks = true
            let values = explainer.result(ofNode: end.answer), time = values.count / max(1, phases.count)
            for (row, phase) in phases.enumerated() {
                guard let phase else { continue }
                let curve = ProbabilityCurve(Array(values[row * time..<(row + 1) * time]))
                for pick in PickRule.peaks.picks(curve, threshold: 0.1) ?? []
                where pick.probability > best?.probability ?? 0 {
                    best = (end.name, phases.count > 1 ? phase : nil, pick.probability)
                }
            }
        }
        if let best { return Question(output: best.output, channel: best.channel, place: .pick) }
        return picks ? nil : Question(output: try firstClass() ?? graph.outputs.first?.name ?? "")
    }

    /// What is asked of a window that has no pick: the first output that picks, at its highest.
    public func usualOutput() throws -> Question {
        let picking = try graph.outputs.first { output in
            if case .onsets? = try meaning(of: output.name) { true } else { false }
        }
        return Question(output: try picking?.name ?? firstClass() ?? graph.outputs.first?.name ?? "")
    }

    private func firstClass() throws -> String? {
        try graph.outputs.first { output in
            switch try meaning(of: output.name) {
            case .classes, .tags, .frames: true
            default: false
            }
        }?.name
    }

    /// What an output's numbers mean, where it learns anything.
    func meaning(of output: String) throws -> Meaning? {
        guard let index = session.recipe.lessons.firstIndex(where: { $0.output == output }) else { return nil }
        return try session.recipe.labelers(graph, registry: session.registry)[index].meaning
    }
}

import GraphIR
import Layers

/// What every layer keeps, whoever wrote it. Each law is checked on cases that are found from the signature alone; what
/// is broken comes back as sentences.
public enum LayerLaws {
    /// The laws that this layer breaks; empty if it keeps them all.
    public static func violations(of type: any Layer.Type, in registry: Registry) -> [String] {
        let cases = LawCase.cases(for: type)
        guard !cases.isEmpty else {
            return ["nothing that was tried fits its shape rule: no shape, no arguments; its laws cannot be checked"]
        }
        var found: [String] = []
        for (number, law) in cases.enumerated() {
            // A plugin that is wrong is often wrong everywhere: the first few places are enough to see it.
            if found.count >= 8 { break }
            found += violations(of: type, law, registry, isFirst: number == 0).map { "\($0) (\(law.title))" }
        }
        return found.isEmpty ? RelevanceLaws.violations(of: type, in: registry) : found
    }

    private static func violations(
        of type: any Layer.Type, _ law: LawCase, _ registry: Registry, isFirst: Bool
    ) -> [String] {
        var found: [String] = []
        do {
            found += symbolic(type, law)
            found += BufferLaw.violations(try type.init(law.arguments, inputs: law.inputs), law)
            // Numbers behind a broken buffer mean nothing.
            guard found.isEmpty else { return found }
            let trial = try LayerTrial(type, law, registry)
            // The cut of the work is the layer's; arguments do not change who takes which piece.
            if isFirst { found += try trial.threads() }
            found += try trial.notFinite()
            found += try gradient(type, law, registry, trial)
        } catch let complaint as Complaint {
            found.append("it refuses what it accepted before: \(complaint.message)")
        } catch {
            found.append("it does not run: \(error)")
        }
        return found
    }

    /// An input may happen to lie on a kink, where a slope and a difference rightly disagree; a gradient that is wrong
    /// disagrees for every input.
    private static func gradient(
        _ type: any Layer.Type, _ law: LawCase, _ registry: Registry, _ trial: LayerTrial
    ) throws -> [String] {
        var wrong = try trial.gradient()
        for draw in 1...2 where !wrong.isEmpty {
            wrong = try LayerTrial(type, law, registry, draw: draw).gradient()
        }
        return wrong
    }

    /// The shape that is announced for a length not known yet must be the one that the length gives.
    private static func symbolic(_ type: any Layer.Type, _ law: LawCase) -> [String] {
        guard let input = law.inputs.first, input.shape.rank >= 2, let length = input.shape.time.number else {
            return []
        }
        let open = law.inputs.map { type -> TensorType in
            var type = type
            type.shape[type.shape.rank - 1] = .symbol("T")
            return type
        }
        // A layer may need to know a length; one that does not must be right.
        guard let symbolic = try? type.init(law.arguments, inputs: open),
            let known = try? type.init(law.arguments, inputs: law.inputs)
        else { return [] }
        let announced = symbolic.output.shape.substituting(["T": length])
        if announced == known.output.shape { return [] }
        return [
            "it announces the shape \(symbolic.output.shape) for length T, which is \(announced) for \(length); "
                + "but for \(length) it announces \(known.output.shape)"
        ]
    }
}

import GraphIR
import Layers

/// What every layer keeps on the way back of a relevance pass: it is linear in what comes back, finite for silence and
/// for what is loud, and the same each time it is asked. Of a built-in layer the books close: what comes out is what
/// came in, and what its constants added.
public enum RelevanceLaws {
    /// Of what a layer moves, as a share: more than rounding.
    public static let mostOpen = 1e-4

    /// The laws that this layer breaks. A stranger's layer may leave something open, which explanations then say;
    /// `mustClose` holds it to the books too.
    public static func violations(
        of type: any Layer.Type, in registry: Registry, mustClose: Bool? = nil
    ) -> [String] {
        let isOurs = registry.origin(.layer, type.signature.name) == "built-in"
        var found: [String] = []
        for law in LawCase.cases(for: type) where found.count < 4 {
            do {
                let trial = try LayerTrial(type, law, registry)
                found += try violations(trial, registry, mustClose: mustClose ?? isOurs).map { "\($0) (\(law.title))" }
            } catch {
                found.append("its relevance does not run: \(error) (\(law.title))")
            }
        }
        return found
    }

    /// The largest share that a layer leaves in nobody's account, over everything that was tried.
    public static func openShare(of type: any Layer.Type, in registry: Registry) -> Double {
        var largest = 0.0
        for law in LawCase.cases(for: type) {
            guard let trial = try? LayerTrial(type, law, registry), let explainer = try? trial.explainer(),
                (try? explainer.look(at: trial.window)) != nil,
                let explanation = try? explainer.explain(output: 0, weights: trial.cotangentOfWindow)
            else { continue }
            largest = max(largest, explanation.account.error)
        }
        return largest
    }

    private static func violations(_ trial: LayerTrial, _ registry: Registry, mustClose: Bool) throws -> [String] {
        let explainer = try trial.explainer()
        let c = trial.cotangentOfWindow
        func explain(_ scale: Float, of x: [[Float]]) throws -> Explainer.Explanation {
            try explainer.look(at: x)
            return try explainer.explain(output: 0, weights: c.map { scale * $0 })
        }
        var found: [String] = []
        let once = try explain(1, of: trial.window)
        if mustClose, once.account.error > mostOpen {
            found.append(
                "its relevance leaves \(percent(once.account.error)) of what it moves in nobody's account: "
                    + "\(once.account.value) came out, \(once.account.fromInputs) came in, "
                    + "\(once.account.fromConstants) are constants")
        }
        if try explain(1, of: trial.window).relevance != once.relevance {
            found.append("its relevance is another each time it is asked")
        }
        let twice = try explain(2, of: trial.window).coefficients.flatMap { $0 }
        let largest = twice.reduce(Float(1e-20)) { max($0, abs($1)) }
        if zip(twice, once.coefficients.flatMap { $0 }).contains(where: { abs($0 - 2 * $1) > 1e-4 * largest }) {
            found.append("its relevance is not linear in what comes back")
        }
        if try explain(0, of: trial.window).coefficients.contains(where: { $0.contains { $0 != 0 } }) {
            found.append("its relevance makes something where nothing comes back")
        }
        for size: Float in [0, 1e-30, 1e6] {
            let x = trial.window.map { $0.map { size * $0 } }
            if try explain(1, of: x).coefficients.contains(where: { $0.contains { !$0.isFinite } }) {
                found.append("its relevance is not finite for signals of size \(size)")
            }
        }
        return found
    }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}

extension LayerTrial {
    /// The layer alone, ready to be explained.
    func explainer() throws -> Explainer {
        try Explainer(
            ExplainedGraph(graph, registry: registry, stepsOverEndings: false), registry: registry, weights: weights)
    }
    /// The first window of the batch, and what comes back for it.
    var window: [[Float]] { inputs.map { Array($0.prefix($0.count / LayerTrial.batch)) } }
    var cotangentOfWindow: [Float] { Array(cotangent.prefix(cotangent.count / LayerTrial.batch)) }
}

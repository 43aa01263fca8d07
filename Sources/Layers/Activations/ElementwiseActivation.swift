/// An activation as a layer: every number alone.
struct ElementwiseActivation: Arithmetic {
    let function: ActivationFunction
    init(_ kind: Activation, parameter: Double? = nil) { function = ActivationFunction(kind, parameter: parameter) }

    var backwardReads: BackwardReads { function.needsInput ? .inputs : .output }

    func forward(_ pass: Pass) {
        for sample in pass.samples {
            for row in 0..<pass.output.rows {
                function.forward(
                    pass.input().row(row, of: sample), to: pass.output.row(row, of: sample),
                    count: pass.output.length(of: sample))
            }
        }
    }

    func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            for row in 0..<dx.rows {
                let saved = function.needsInput ? pass.input() : pass.output
                function.backward(
                    pass.outputGradient.row(row, of: sample), saved: saved.row(row, of: sample),
                    to: dx.row(row, of: sample), count: dx.length(of: sample))
            }
        }
    }
}

/// An activation as a layer: every number alone. Layers that can apply it to their own results look for this type.
struct ActivationArithmetic: Arithmetic {
    let function: any Activation

    var backwardReads: BackwardReads { function.slopeNeedsInput ? .inputs : .output }

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
        let saved = function.slopeNeedsInput ? pass.input() : pass.output
        for sample in pass.samples {
            for row in 0..<dx.rows {
                function.backward(
                    pass.outputGradient.row(row, of: sample), saved: saved.row(row, of: sample),
                    to: dx.row(row, of: sample), count: dx.length(of: sample))
            }
        }
    }
}

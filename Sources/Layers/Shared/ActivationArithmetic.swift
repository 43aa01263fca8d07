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

    func relevance(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        let (x, y, c) = (pass.input(), pass.output, pass.outputGradient)
        let rest = Double(function.value(Vector.zero)[0])
        for sample in pass.samples {
            var told = 0.0
            for row in 0..<dx.rows {
                let length = dx.length(of: sample)
                let start = pass.baseline.map { (x.row(row, of: $0).reading, y.row(row, of: $0).reading) }
                function.relevance(
                    c.row(row, of: sample), x: x.row(row, of: sample), y: y.row(row, of: sample), from: start,
                    to: dx.row(row, of: sample), count: length)
                if rest != 0 { for t in 0..<length { told += Double(c.row(row, of: sample)[t]) } }
            }
            if pass.baseline == nil { pass.addConstant(rest * told, of: sample) }
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

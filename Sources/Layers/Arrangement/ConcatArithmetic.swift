import GraphIR
import Kernels

/// Arrays behind each other along one axis: copies of rows, or of pieces of rows along the last axis.
public struct ConcatArithmetic: Arithmetic {
    let inputs: [Extents]
    /// Whether they follow each other within a row.
    let isWithinRows: Bool
    let followsInHeight: Bool

    public init(inputs: [Shape], axis: Int) {
        self.inputs = inputs.map(\.extents)
        let rank = inputs.first?.rank ?? 1
        isWithinRows = axis == rank - 1
        followsInHeight = rank == 3 && axis == 1
    }

    public var backwardReads: BackwardReads { [] }
    private var height: Int { inputs.reduce(0) { $0 + $1.height } }

    /// Calls `body` with each row of an input and the row and column of the output where it goes.
    private func eachRow(
        _ place: Int, _ tensor: (Int) -> Tensor, _ sample: Int,
        _ body: (_ row: Int, _ outRow: Int, _ column: Int) -> Void
    ) {
        let size = inputs[place]
        var column = 0
        var before = 0
        for index in 0..<place {
            if isWithinRows {
                column += tensor(index).length(of: sample)
            } else {
                before += followsInHeight ? inputs[index].height : inputs[index].rows
            }
        }
        for row in 0..<size.rows {
            let outRow = followsInHeight ? row / size.height * height + before + row % size.height : before + row
            body(row, outRow, column)
        }
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for place in inputs.indices {
                let x = pass.input(place)
                eachRow(place, { pass.input($0) }, sample) { row, outRow, column in
                    (pass.output.row(outRow, of: sample) + column).update(
                        from: x.row(row, of: sample), count: x.length(of: sample))
                }
            }
        }
    }

    public func backward(_ pass: Pass) {
        for sample in pass.samples {
            for place in inputs.indices {
                guard let dx = pass.inputGradient(place) else { continue }
                eachRow(place, { pass.input($0) }, sample) { row, outRow, column in
                    dx.row(row, of: sample).update(
                        from: pass.outputGradient.row(outRow, of: sample) + column, count: dx.length(of: sample))
                }
            }
        }
    }
}

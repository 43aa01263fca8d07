import GraphIR

extension [TensorType] {
    /// What several arrays of one shape make when they meet number by number.
    ///
    /// A size that is still a symbol in one array and a number in another becomes the number; whether they agree is
    /// settled when the length is known.
    public func combined(_ operation: String) throws(Complaint) -> TensorType {
        guard var result = first else { throw Complaint(.input(0, axis: nil), "\(operation) needs arrays to work on") }
        for other in dropFirst() {
            let shapes = result.shape
            guard shapes.rank == other.shape.rank else {
                throw Complaint(
                    .inputsDiffer(axis: nil),
                    "\(operation) needs equal shapes, but here \(shapes.words) meets \(other.shape.words)")
            }
            for axis in 0..<shapes.rank {
                if shapes[axis].compare(other.shape[axis]) == .different {
                    throw differing(operation, shapes, other.shape, axis)
                }
                if result.shape[axis].number == nil { result.shape[axis] = other.shape[axis] }
            }
            result.rate = result.rate ?? other.rate
        }
        return result
    }

    private func differing(_ operation: String, _ a: Shape, _ b: Shape, _ axis: Int) -> Complaint {
        let name = Shape.axisName(axis, rank: a.rank)
        let others = (0..<a.rank).filter { $0 != axis && a[$0].compare(b[$0]) == .different }
        let also =
            others.isEmpty ? "" : " (and in \(others.map { Shape.axisName($0, rank: a.rank) }.joined(separator: ", ")))"
        let help: String? =
            if axis == 0, a.rank == 2 {
                "conv(\(b[0]), 1) brings \(a[0]) channels to \(b[0])"
            } else if axis == a.rank - 1, a.rank > 1 {
                "crop(to: …) shortens the longer one; in a convolution, padding: same keeps the length"
            } else {
                nil
            }
        return Complaint(
            .inputsDiffer(axis: axis),
            "\(operation) needs equal shapes, but these differ in \(name)\(also): \(a) and \(b)", help: help)
    }
}

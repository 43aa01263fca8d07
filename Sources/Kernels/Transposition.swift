/// `to[column][row] = from[row][column]`.
public func transpose(
    _ from: UnsafePointer<Float>, step: Int, rows: Int, columns: Int, to: UnsafeMutablePointer<Float>, toStep: Int
) {
    var firstRow = 0
    while firstRow < rows {
        let lastRow = min(rows, firstRow &+ lanes)
        var column = 0
        if lastRow &- firstRow == lanes {
            while column &+ lanes <= columns {
                transposeSquare(
                    from + (firstRow &* step &+ column), step: step, to: to + (column &* toStep &+ firstRow), toStep)
                column &+= lanes
            }
        }
        while column < columns {
            let out = to + column &* toStep
            var row = firstRow
            while row < lastRow {
                out[row] = from[row &* step &+ column]
                row &+= 1
            }
            column &+= 1
        }
        firstRow = lastRow
    }
}

/// Two vectors shuffled into each other like two halves of a pack of cards.
@inline(__always)
private func riffle(_ a: Vector, _ b: Vector) -> (Vector, Vector) {
    var both = SIMD32<Float>()
    both.evenHalf = a
    both.oddHalf = b
    return (both.lowHalf, both.highHalf)
}

/// Sixteen rows in registers: four riffles of the whole pack exchange rows and columns.
private func transposeSquare(
    _ from: UnsafePointer<Float>, step: Int, to: UnsafeMutablePointer<Float>, _ toStep: Int
) {
    var a = Sixteen(from, step)
    a = a.riffled().riffled().riffled().riffled()
    a.store(to, toStep)
}

private struct Sixteen {
    var v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15: Vector

    @inline(__always)
    init(_ from: UnsafePointer<Float>, _ step: Int) {
        (v0, v1, v2, v3) = Sixteen.load(from, step, 0)
        (v4, v5, v6, v7) = Sixteen.load(from, step, 4)
        (v8, v9, v10, v11) = Sixteen.load(from, step, 8)
        (v12, v13, v14, v15) = Sixteen.load(from, step, 12)
    }
    @inline(__always)
    private static func load(
        _ from: UnsafePointer<Float>, _ step: Int, _ row: Int
    ) -> (Vector, Vector, Vector, Vector) {
        (
            (from + row &* step).vector, (from + (row &+ 1) &* step).vector, (from + (row &+ 2) &* step).vector,
            (from + (row &+ 3) &* step).vector
        )
    }

    @inline(__always)
    func riffled() -> Sixteen {
        var out = self
        (out.v0, out.v1) = riffle(v0, v8)
        (out.v2, out.v3) = riffle(v1, v9)
        (out.v4, out.v5) = riffle(v2, v10)
        (out.v6, out.v7) = riffle(v3, v11)
        (out.v8, out.v9) = riffle(v4, v12)
        (out.v10, out.v11) = riffle(v5, v13)
        (out.v12, out.v13) = riffle(v6, v14)
        (out.v14, out.v15) = riffle(v7, v15)
        return out
    }

    @inline(__always)
    func store(_ to: UnsafeMutablePointer<Float>, _ step: Int) {
        (to + 0 &* step).vector = v0
        (to + 1 &* step).vector = v1
        (to + 2 &* step).vector = v2
        (to + 3 &* step).vector = v3
        (to + 4 &* step).vector = v4
        (to + 5 &* step).vector = v5
        (to + 6 &* step).vector = v6
        (to + 7 &* step).vector = v7
        (to + 8 &* step).vector = v8
        (to + 9 &* step).vector = v9
        (to + 10 &* step).vector = v10
        (to + 11 &* step).vector = v11
        (to + 12 &* step).vector = v12
        (to + 13 &* step).vector = v13
        (to + 14 &* step).vector = v14
        (to + 15 &* step).vector = v15
    }
}

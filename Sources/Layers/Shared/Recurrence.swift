import GraphIR
import Kernels

/// The walk of a recurrent layer along time: sizes, and where everything lies.
///
/// Two ideas make it fast. The products with what comes in are done for all samples at once, before the walk. The walk
/// itself takes several windows together, so that the memory's matrix is read once for all of them.
public struct Recurrence<Cell: RecurrentCell>: Sendable {
    let cell: Cell
    let settings: RecurrentSettings
    /// The longest window.
    let length: Int
    /// The units, rounded up to whole vectors.
    let width: Int

    /// How many windows walk together.
    static var together: Int { 8 }

    public init(_ cell: Cell, _ settings: RecurrentSettings, input: TensorType) {
        self.cell = cell
        self.settings = settings
        // Beyond any memory, and few enough that no product of sizes here runs over: the plan then says what it costs.
        length = min(input.shape.time.number ?? 1, 1 << 36)
        width = settings.units.roundedUpToLanes
    }

    var units: Int { settings.units }
    var features: Int { settings.features }
    /// All slots of one sample.
    var slotsWidth: Int { cell.slots * width }
    var inputColumns: Int { cell.inputSlots * width }
    var stateColumns: Int { cell.stateSlots * width }
    var featuresWidth: Int { features.roundedUpToLanes }

    // MARK: Kept for each window and direction: the slots of every sample, then states and cells with the start before

    var cellOffset: Int { length * slotsWidth }
    var stateOffset: Int { cellOffset + (cell.hasCell ? (length + 1) * width : 0) }
    var keptPerDirection: Int { stateOffset + (length + 1) * width }
    public var keptPerSample: Int { settings.directions * keptPerDirection }

    public var preparedCount: Int { settings.directions * packedPerDirection }
    public var preparedForBackwardCount: Int { settings.directions * packedBackPerDirection }
    public var scratchCount: Int { max(forwardScratch, backwardScratch) }

    // MARK: Made of the weights

    /// Of one direction: constants, the input's matrix, the memory's, and the late one.
    struct Packed {
        let constants: UnsafeMutablePointer<Float>
        let input: PackedMatrix
        let state: PackedMatrix
        let late: PackedMatrix
    }
    var lateColumns: Int { cell.lateGate == nil ? 0 : width }
    var packedPerDirection: Int {
        slotsWidth + features * inputColumns + units * stateColumns + units * lateColumns
    }
    func packed(_ prepared: UnsafeMutablePointer<Float>, _ direction: Int) -> Packed {
        let start = prepared + direction * packedPerDirection
        let input = PackedMatrix(start: start + slotsWidth, inner: features, columns: inputColumns)
        let state = PackedMatrix(start: input.start + features * inputColumns, inner: units, columns: stateColumns)
        let late = PackedMatrix(start: state.start + units * stateColumns, inner: units, columns: lateColumns)
        return Packed(constants: start, input: input, state: state, late: late)
    }

    /// The same matrices transposed, for the way back.
    struct PackedBack {
        let input: PackedMatrix
        let state: PackedMatrix
        let late: PackedMatrix
    }
    var packedBackPerDirection: Int {
        inputColumns * featuresWidth + stateColumns * width + lateColumns * width
    }
    func packedBack(_ prepared: UnsafeMutablePointer<Float>, _ direction: Int) -> PackedBack {
        let start = prepared + direction * packedBackPerDirection
        let input = PackedMatrix(start: start, inner: inputColumns, columns: featuresWidth)
        let state = PackedMatrix(
            start: start + inputColumns * featuresWidth, inner: stateColumns, columns: width)
        let late = PackedMatrix(start: state.start + stateColumns * width, inner: lateColumns, columns: width)
        return PackedBack(input: input, state: state, late: late)
    }

    /// The first of a direction's weights.
    func firstWeight(_ direction: Int) -> Int { direction * (settings.biases == .one ? 3 : 4) }

    public func prepare(_ pass: Pass) {
        for direction in 0..<settings.directions {
            let first = firstWeight(direction)
            let (input, state) = (pass.weight(first), pass.weight(first + 1))
            let packed = packed(pass.prepared, direction)
            packed.input.fill { k, column in
                element(input, features, cell.inputGate(ofSlot: column / width), column % width, k)
            }
            packed.state.fill { k, column in
                let gate = cell.stateGate(ofSlot: cell.firstStateSlot + column / width)
                return element(state, units, gate, column % width, k)
            }
            if let late = cell.lateGate {
                packed.late.fill { k, column in element(state, units, late, column, k) }
            }
            fillConstants(packed.constants, pass, first)
            guard let prepared = pass.preparedForBackward else { continue }
            let back = packedBack(prepared, direction)
            back.input.fill { k, column in
                column < features
                    ? element(input, features, cell.inputGate(ofSlot: k / width), k % width, column) : 0
            }
            back.state.fill { k, column in
                let gate = cell.stateGate(ofSlot: cell.firstStateSlot + k / width)
                return column < units ? element(state, units, gate, k % width, column) : 0
            }
            if let late = cell.lateGate {
                back.late.fill { k, column in column < units ? element(state, units, late, k, column) : 0 }
            }
        }
    }

    /// One number of a weight; zero where rounding up to whole vectors added a unit.
    @inline(__always)
    private func element(
        _ weight: UnsafePointer<Float>, _ columns: Int, _ gate: Int, _ unit: Int, _ column: Int
    ) -> Float {
        unit < units ? weight[(gate &* units &+ unit) &* columns &+ column] : 0
    }

    private func fillConstants(_ constants: UnsafeMutablePointer<Float>, _ pass: Pass, _ first: Int) {
        constants.update(repeating: 0, count: slotsWidth)
        for slot in 0..<cell.inputSlots {
            let bias = pass.weight(first + 2) + cell.inputGate(ofSlot: slot) * units
            for unit in 0..<units { constants[slot * width + unit] += bias[unit] }
        }
        guard settings.biases == .two else { return }
        forEachStateSlot { slot, gate in
            let bias = pass.weight(first + 3) + gate * units
            for unit in 0..<units { constants[slot * width + unit] += bias[unit] }
        }
    }

    /// Every gate of the memory's matrix with the slot that its product goes to.
    @inline(__always)
    func forEachStateSlot(_ body: (_ slot: Int, _ gate: Int) -> Void) {
        for slot in cell.firstStateSlot..<cell.firstStateSlot + cell.stateSlots {
            body(slot, cell.stateGate(ofSlot: slot))
        }
        if let late = cell.lateGate { body(0, late) }
    }
}

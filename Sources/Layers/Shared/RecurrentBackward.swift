import GraphIR
import Kernels

extension Recurrence {
    /// The parts of the scratch room on the way back.
    struct BackRoom {
        /// For each window: the slope of what it tells, of its cell, and of what the products heard.
        let slopes: UnsafeMutablePointer<Float>
        let cellSlopes: UnsafeMutablePointer<Float>
        let heardSlopes: UnsafeMutablePointer<Float>
        let masks: UnsafeMutablePointer<Float>
        let masked: UnsafeMutablePointer<Float>
        /// The output's slopes of sixteen steps of each window.
        let told: UnsafeMutablePointer<Float>
        /// Gradients, transposed: `[features][slots]`, `[units][slots]`, and one sample's.
        let input: UnsafeMutablePointer<Float>
        let state: UnsafeMutablePointer<Float>
        let late: UnsafeMutablePointer<Float>
        let single: UnsafeMutablePointer<Float>
        let constants: UnsafeMutablePointer<Float>
        let inputMask: UnsafeMutablePointer<Float>
        /// The input's slopes of one window, `[steps][features]`.
        let inputSlopes: UnsafeMutablePointer<Float>
    }

    private var row: Int { Self.together * width }
    private var singleCount: Int { max(units * stateColumns, features * inputColumns) }
    var backwardScratch: Int {
        5 * row + lanes * row + features * inputColumns + units * (stateColumns + lateColumns) + singleCount
            + slotsWidth + featuresWidth + length * featuresWidth
    }

    private func backRoom(_ scratch: UnsafeMutablePointer<Float>) -> BackRoom {
        var next = scratch
        func take(_ count: Int) -> UnsafeMutablePointer<Float> {
            defer { next += count }
            return next
        }
        return BackRoom(
            slopes: take(row), cellSlopes: take(row), heardSlopes: take(row), masks: take(row), masked: take(row),
            told: take(lanes * row), input: take(features * inputColumns), state: take(units * stateColumns),
            late: take(units * lateColumns), single: take(singleCount), constants: take(slotsWidth),
            inputMask: take(featuresWidth), inputSlopes: take(length * featuresWidth))
    }

    func backward(_ pass: Pass) { backward(pass, sums: nil) }

    /// The sums that a relevance pass measures chords at: of all slots, for every sample of the windows that walk
    /// together.
    var relevanceScratchCount: Int {
        Rational.sum(scratchCount, Rational.product(Rational.product(Self.together, length), slotsWidth))
    }
    func relevance(_ pass: Pass) { backward(pass, sums: pass.scratch + scratchCount) }

    private func backward(_ pass: Pass, sums: UnsafeMutablePointer<Float>?) {
        let room = backRoom(pass.scratch)
        for direction in 0..<settings.directions {
            let walk = walk(pass, direction)
            guard let prepared = pass.preparedForBackward else { return }
            let packed = packedBack(prepared, direction)
            if let sums { for index in 0..<walk.count { sumAgain(pass, walk, index, to: sums) } }
            walkBack(pass, walk, packed, room, sums)
            for index in 0..<walk.count { slopesOfInput(pass, walk, packed, room, index) }
            gradients(pass, walk, room)
        }
    }

    // MARK: Along time

    private func walkBack(
        _ pass: Pass, _ walk: Walk, _ packed: PackedBack, _ room: BackRoom, _ sums: UnsafeMutablePointer<Float>?
    ) {
        room.slopes.update(repeating: 0, count: row)
        room.cellSlopes.update(repeating: 0, count: row)
        let drops = dropsState(pass)
        if drops {
            for index in 0..<walk.count {
                fillStateMask(room.masks + index * width, pass, walk, sample: walk.first + index)
            }
        }
        var step = walk.steps &- 1
        while step >= 0 {
            if step == walk.steps &- 1 || step % lanes == lanes &- 1 {
                for index in 0..<walk.count { gather(pass, walk, room, index, block: step / lanes) }
            }
            for index in 0..<walk.count {
                let sums = sums.map { $0 + (index &* length &+ step) &* slotsWidth }
                stepBack(pass, walk, room, index, step, drops, sums)
            }
            products(walk, packed, room, step, drops, gatesMove: sums == nil)
            step &-= 1
        }
    }

    /// The output's slopes of one window for sixteen steps of the walk; zero where the window has ended.
    private func gather(_ pass: Pass, _ walk: Walk, _ room: BackRoom, _ index: Int, block: Int) {
        let sample = walk.first &+ index
        let length = pass.input().length(of: sample)
        let (column, way) = start(walk, length: length)
        let told = room.told + index &* width
        for step in 0..<lanes { (told + step &* row).update(repeating: 0, count: width) }
        let firstStep = block &* lanes
        let count = min(lanes, length &- firstStep)
        guard count > 0 else { return }
        for unit in 0..<units {
            let from =
                pass.outputGradient.row(walk.direction &* units &+ unit, of: sample) + (column &+ way &* firstStep)
            for step in 0..<count { told[step &* row &+ unit] = from[way &* step] }
        }
    }

    /// From the slope of what one window tells to the slopes of its sums.
    private func stepBack(
        _ pass: Pass, _ walk: Walk, _ room: BackRoom, _ index: Int, _ step: Int, _ drops: Bool,
        _ sums: UnsafeMutablePointer<Float>?
    ) {
        let slope = room.slopes + index &* width
        let heardSlope = room.heardSlopes + index &* width
        guard step < pass.input().length(of: walk.first &+ index) else {
            (walk.kept + (index &* walk.keptStep &+ step &* slotsWidth)).update(repeating: 0, count: slotsWidth)
            heardSlope.update(repeating: 0, count: width)
            return
        }
        let told = room.told + (step % lanes &* row &+ index &* width)
        var at = 0
        while at < width {
            (slope + at).vector += (told + at).vector
            (heardSlope + at).vector = Vector.zero
            at &+= lanes
        }
        let now = moment(walk, index, step)
        if drops { product(now.stateBefore, room.masks + index &* width, into: room.masked + index &* width) }
        if let sums {
            cell.relevance(now, sums: sums, slope: slope, cellSlope: room.cellSlopes + index &* width)
        } else {
            cell.backward(now, slope: slope, cellSlope: room.cellSlopes + index &* width)
        }
    }

    /// What the sample before gets through the matrices.
    private func products(
        _ walk: Walk, _ packed: PackedBack, _ room: BackRoom, _ step: Int, _ drops: Bool, gatesMove: Bool
    ) {
        let slots = (walk.kept + step &* slotsWidth).reading
        if cell.lateGate != nil {
            packed.late.add(
                Matrix(slots, rowStep: walk.keptStep), to: room.heardSlopes, step: width, rows: walk.count)
            for index in 0..<walk.count {
                let heard = drops ? (room.masked + index &* width).reading : nil
                let now = moment(walk, index, step, heard: heard), slope = room.heardSlopes + index &* width
                if gatesMove { cell.backwardLate(now, slope: slope) } else { cell.relevanceLate(now, slope: slope) }
            }
        }
        guard step > 0 else { return }
        packed.state.add(
            Matrix(slots + cell.firstStateSlot &* width, rowStep: walk.keptStep), to: room.heardSlopes, step: width,
            rows: walk.count)
        var at = 0
        while at < walk.count &* width {
            let heard = (room.heardSlopes + at).vector
            (room.slopes + at).vector += drops ? heard * (room.masks + at).vector : heard
            at &+= lanes
        }
    }

    // MARK: After the walk

    private func slopesOfInput(_ pass: Pass, _ walk: Walk, _ packed: PackedBack, _ room: BackRoom, _ index: Int) {
        let sample = walk.first + index
        guard let gradient = pass.inputGradient() else { return }
        let length = pass.input().length(of: sample)
        let slots = walk.kept + index * walk.keptStep
        room.inputSlopes.update(repeating: 0, count: length * featuresWidth)
        packed.input.add(
            Matrix(slots.reading, rowStep: slotsWidth), to: room.inputSlopes, step: featuresWidth, rows: length)
        if dropsInput(pass) { fillInputMask(room.inputMask, pass, walk, sample: sample) }
        let (column, way) = start(walk, length: length)
        for feature in 0..<features {
            let row = gradient.row(feature, of: sample) + column
            let factor = dropsInput(pass) ? room.inputMask[feature] : 1
            for step in 0..<length {
                let slope = factor * room.inputSlopes[step &* featuresWidth &+ feature]
                // The second direction adds to what the first one wrote.
                row[way &* step] = walk.direction == 0 ? slope : row[way &* step] + slope
            }
        }
    }

    private func gradients(_ pass: Pass, _ walk: Walk, _ room: BackRoom) {
        let first = firstWeight(walk.direction)
        room.input.update(repeating: 0, count: features * inputColumns)
        room.state.update(repeating: 0, count: units * stateColumns)
        room.late.update(repeating: 0, count: units * lateColumns)
        room.constants.update(repeating: 0, count: slotsWidth)
        for index in 0..<walk.count { addSums(pass, walk, room, index, first) }
        if let gradient = pass.gradient(first) {
            for slot in 0..<cell.inputSlots {
                scatter(
                    room.input + slot * width, inputColumns, features,
                    gradient + cell.inputGate(ofSlot: slot) * units * features)
            }
        }
        if let gradient = pass.gradient(first + 1) {
            for slot in 0..<cell.stateSlots {
                let gate = cell.stateGate(ofSlot: cell.firstStateSlot + slot)
                scatter(room.state + slot * width, stateColumns, units, gradient + gate * units * units)
            }
            if let late = cell.lateGate { scatter(room.late, lateColumns, units, gradient + late * units * units) }
        }
        if let gradient = pass.gradient(first + 2) {
            for slot in 0..<cell.inputSlots {
                let to = gradient + cell.inputGate(ofSlot: slot) * units
                for unit in 0..<units { to[unit] += room.constants[slot * width + unit] }
            }
        }
        guard settings.biases == .two, let gradient = pass.gradient(first + 3) else { return }
        forEachStateSlot { slot, gate in
            // A fourth slot that holds the scaled memory has no constant.
            for unit in 0..<units { gradient[gate * units + unit] += room.constants[slot * width + unit] }
        }
    }

    /// Adds a gate's gradient, `[column][unit]`, to the weight's layout, `[unit][column]`.
    private func scatter(
        _ from: UnsafeMutablePointer<Float>, _ step: Int, _ columns: Int, _ to: UnsafeMutablePointer<Float>
    ) {
        for unit in 0..<units {
            for column in 0..<columns { to[unit &* columns &+ column] += from[column &* step &+ unit] }
        }
    }

    /// Adds one window's products of slopes with what the sums were made of.
    private func addSums(_ pass: Pass, _ walk: Walk, _ room: BackRoom, _ index: Int, _ first: Int) {
        let sample = walk.first + index
        let input = pass.input()
        let length = input.length(of: sample)
        let kept = walk.kept + index * walk.keptStep
        for step in 0..<length {
            var at = 0
            while at < slotsWidth {
                (room.constants + at).vector += (kept + (step &* slotsWidth &+ at)).vector
                at &+= lanes
            }
        }
        let (column, way) = start(walk, length: length)
        if pass.gradient(first) != nil {
            let rows = Matrix(input[sample].reading + column, rowStep: input.stride, columnStep: way)
            if dropsInput(pass) { fillInputMask(room.inputMask, pass, walk, sample: sample) }
            add(
                rows, kept, rows: features, columns: inputColumns, length, to: room.input, room.single,
                mask: dropsInput(pass) ? room.inputMask : nil)
        }
        guard pass.gradient(first + 1) != nil else { return }
        let states = Matrix((kept + stateOffset).reading, rowStep: 1, columnStep: width)
        add(
            states, kept + cell.firstStateSlot * width, rows: units, columns: stateColumns, length, to: room.state,
            room.single, mask: dropsState(pass) ? room.masks + index * width : nil)
        guard cell.lateGate != nil else { return }
        let scaled = Matrix((kept + (cell.slots - 1) * width).reading, rowStep: 1, columnStep: slotsWidth)
        add(scaled, kept, rows: units, columns: lateColumns, length, to: room.late, room.single, mask: nil)
    }

    /// `sums[row] += mask[row] * (factors[row] · slots)`, over the window's samples.
    private func add(
        _ factors: Matrix, _ slots: UnsafeMutablePointer<Float>, rows: Int, columns: Int, _ length: Int,
        to sums: UnsafeMutablePointer<Float>, _ single: UnsafeMutablePointer<Float>,
        mask: UnsafeMutablePointer<Float>?
    ) {
        let target = mask == nil ? sums : single
        if mask != nil { single.update(repeating: 0, count: rows * columns) }
        multiplyInStrips(
            factors, slots.reading, bStep: slotsWidth, addingTo: target, cStep: columns, rows: rows, columns: columns,
            inner: length)
        guard let mask else { return }
        for row in 0..<rows {
            for column in 0..<columns { sums[row &* columns &+ column] += mask[row] * single[row &* columns &+ column] }
        }
    }
}

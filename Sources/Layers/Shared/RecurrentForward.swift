import Kernels

extension Recurrence {
    /// What one call works on: some windows, one direction.
    struct Walk {
        let first: Int
        let count: Int
        let direction: Int
        let isBackward: Bool
        /// The direction's kept room of the first window, and from one window's to the next.
        let kept: UnsafeMutablePointer<Float>
        let keptStep: Int
        /// As many steps as the longest of the windows has samples.
        let steps: Int
    }

    func walk(_ pass: Pass, _ direction: Int) -> Walk {
        let input = pass.input()
        var steps = 0
        for sample in pass.samples { steps = max(steps, input.length(of: sample)) }
        let first = pass.samples.lowerBound
        return Walk(
            first: first, count: pass.samples.count, direction: direction, isBackward: direction == 1,
            kept: pass.kept(first) + direction * keptPerDirection, keptStep: pass.kept(first + 1) - pass.kept(first),
            steps: steps)
    }

    func moment(_ walk: Walk, _ index: Int, _ step: Int, heard: UnsafePointer<Float>? = nil) -> Moment {
        let kept = walk.kept + index &* walk.keptStep
        let before = kept + stateOffset + step &* width
        let cellBefore = kept + (cell.hasCell ? cellOffset &+ step &* width : 0)
        return Moment(
            slots: kept + step &* slotsWidth, width: width, state: before + width, stateBefore: before.reading,
            heard: heard ?? before.reading, cell: cellBefore + width, cellBefore: cellBefore.reading)
    }

    /// The column of the input that a walk sees first, and which way it goes.
    @inline(__always)
    func start(_ walk: Walk, length: Int) -> (column: Int, way: Int) { walk.isBackward ? (length - 1, -1) : (0, 1) }

    // MARK: Room while it works

    var maskedInputCount: Int { settings.dropout > 0 ? features * length.roundedUpToLanes : 0 }
    var maskCount: Int { settings.recurrentDropout > 0 ? Self.together * width : 0 }
    var forwardScratch: Int { features.roundedUpToLanes + maskedInputCount + 2 * maskCount }

    // MARK: Dropout

    func dropsInput(_ pass: Pass) -> Bool { pass.mode == .training && settings.dropout > 0 }
    func dropsState(_ pass: Pass) -> Bool { pass.mode == .training && settings.recurrentDropout > 0 }

    /// One factor for each channel that comes in, the same for all samples of the window.
    func fillInputMask(_ mask: UnsafeMutablePointer<Float>, _ pass: Pass, _ walk: Walk, sample: Int) {
        pass.random.substream(UInt64(2 * walk.direction))
            .fillMask(mask, start: pass.place(sample) * features, count: features, rate: Float(settings.dropout))
    }
    /// One factor for each unit of the memory.
    func fillStateMask(_ mask: UnsafeMutablePointer<Float>, _ pass: Pass, _ walk: Walk, sample: Int) {
        mask.update(repeating: 0, count: width)
        pass.random.substream(UInt64(2 * walk.direction + 1))
            .fillMask(mask, start: pass.place(sample) * units, count: units, rate: Float(settings.recurrentDropout))
    }

    // MARK: Forward

    func forward(_ pass: Pass) {
        for direction in 0..<settings.directions {
            let walk = walk(pass, direction)
            let packed = packed(pass.prepared, direction)
            for index in 0..<walk.count { project(pass, walk, packed, index) }
            walkForward(pass, walk, packed)
            for index in 0..<walk.count { tell(pass, walk, index) }
        }
    }

    /// All sums of one window as far as the input makes them, and the memory's start.
    private func project(_ pass: Pass, _ walk: Walk, _ packed: Packed, _ index: Int) {
        let sample = walk.first + index
        let kept = walk.kept + index * walk.keptStep
        let input = pass.input()
        let length = input.length(of: sample)
        for step in 0..<length { (kept + step * slotsWidth).update(from: packed.constants, count: slotsWidth) }
        (kept + stateOffset).update(repeating: 0, count: width)
        if cell.hasCell { (kept + cellOffset).update(repeating: 0, count: width) }
        var (rows, stride) = (input[sample].reading, input.stride)
        if dropsInput(pass) {
            let mask = pass.scratch
            let masked = mask + features.roundedUpToLanes
            fillInputMask(mask, pass, walk, sample: sample)
            for feature in 0..<features {
                let from = rows + feature * stride, to = masked + feature * self.length.roundedUpToLanes
                for column in 0..<length { to[column] = from[column] * mask[feature] }
            }
            (rows, stride) = (masked.reading, self.length.roundedUpToLanes)
        }
        let (column, way) = start(walk, length: length)
        packed.input.add(
            Matrix(rows + column, rowStep: way, columnStep: stride), to: kept, step: slotsWidth, rows: length)
    }

    /// The sums of one window again, for all samples at once, since the memory is known: what `forward` squeezed.
    func sumAgain(_ pass: Pass, _ walk: Walk, _ index: Int, to all: UnsafeMutablePointer<Float>) {
        let sample = walk.first + index
        let packed = packed(pass.prepared, walk.direction)
        let kept = walk.kept + index * walk.keptStep
        let input = pass.input()
        let length = input.length(of: sample)
        let sums = all + index * self.length * slotsWidth
        for step in 0..<length { (sums + step * slotsWidth).update(from: packed.constants, count: slotsWidth) }
        let (column, way) = start(walk, length: length)
        packed.input.add(
            Matrix(input[sample].reading + column, rowStep: way, columnStep: input.stride), to: sums,
            step: slotsWidth, rows: length)
        packed.state.add(
            Matrix((kept + stateOffset).reading, rowStep: width), to: sums + cell.firstStateSlot * width,
            step: slotsWidth, rows: length)
        guard cell.lateGate != nil else { return }
        packed.late.add(
            Matrix((kept + (cell.slots - 1) * width).reading, rowStep: slotsWidth), to: sums, step: slotsWidth,
            rows: length)
    }

    /// Gates, proposals and cells, `[units, time]`, in the order of time for both directions.
    func insides(_ kept: UnsafePointer<Float>, length count: Int) -> [Inside] {
        (0..<settings.directions).flatMap { direction -> [Inside] in
            let start = kept + direction * keptPerDirection
            let prefix = settings.directions == 1 ? "" : direction == 0 ? "forward " : "backward "
            func step(_ t: Int) -> Int { direction == 0 ? t : count - 1 - t }
            let gates = cell.names.map { slot, name, kind in
                Inside(prefix + name, kind, rows: units, columns: count) {
                    start[step($1) * slotsWidth + slot * width + $0]
                }
            }
            guard cell.hasCell else { return gates }
            return gates + [
                Inside(prefix + "cell", .memory, rows: units, columns: count) {
                    start[cellOffset + (step($1) + 1) * width + $0]
                }
            ]
        }
    }

    private func walkForward(_ pass: Pass, _ walk: Walk, _ packed: Packed) {
        let masks = pass.scratch + features.roundedUpToLanes + maskedInputCount
        let masked = masks + maskCount
        let drops = dropsState(pass)
        if drops {
            for index in 0..<walk.count {
                fillStateMask(masks + index * width, pass, walk, sample: walk.first + index)
            }
        }
        for step in 0..<walk.steps {
            var heard = Matrix(
                (walk.kept + stateOffset + step &* width).reading, rowStep: walk.keptStep)
            if drops {
                for index in 0..<walk.count {
                    let state = moment(walk, index, step).stateBefore
                    product(state, masks + index &* width, into: masked + index &* width)
                }
                heard = Matrix(masked.reading, rowStep: width)
            }
            let slots = walk.kept + step &* slotsWidth
            packed.state.add(heard, to: slots + cell.firstStateSlot &* width, step: walk.keptStep, rows: walk.count)
            if cell.lateGate != nil {
                for index in 0..<walk.count {
                    cell.prepareLate(moment(walk, index, step, heard: heard.start + index &* heard.rowStep))
                }
                packed.late.add(
                    Matrix((slots + (cell.slots &- 1) &* width).reading, rowStep: walk.keptStep), to: slots,
                    step: walk.keptStep, rows: walk.count)
            }
            for index in 0..<walk.count { cell.forward(moment(walk, index, step)) }
        }
    }

    @inline(__always)
    func product(
        _ a: UnsafePointer<Float>, _ b: UnsafeMutablePointer<Float>, into c: UnsafeMutablePointer<Float>
    ) {
        var at = 0
        while at < width {
            (c + at).vector = (a + at).vector * (b + at).vector
            at &+= lanes
        }
    }

    /// Writes what one window's memory told into the output's rows, in blocks that stay in the cache.
    private func tell(_ pass: Pass, _ walk: Walk, _ index: Int) {
        let sample = walk.first + index
        let length = pass.input().length(of: sample)
        let states = walk.kept + index * walk.keptStep + stateOffset + width
        let (column, way) = start(walk, length: length)
        var firstStep = 0
        while firstStep < length {
            let lastStep = min(length, firstStep + lanes)
            for unit in 0..<units {
                let row = pass.output.row(walk.direction &* units &+ unit, of: sample) + column
                for step in firstStep..<lastStep { row[way &* step] = states[step &* width &+ unit] }
            }
            firstStep = lastStep
        }
    }
}

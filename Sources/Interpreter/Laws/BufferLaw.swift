import GraphIR
import Layers

/// Runs a layer by hand in memory with guarded borders: it must write all of its output and nothing outside the room
/// that it asked for.
enum BufferLaw {
    /// Bits that no arithmetic makes: a NaN of our own.
    private static let canary = Float(bitPattern: 0x7FC5_7A7A)
    /// Untouched numbers on both sides of every room.
    private static let border = 64
    private static let batch = 3

    /// A room with borders that can be looked at afterwards.
    private final class Guarded {
        let memory: UnsafeMutablePointer<Float>
        let count: Int

        init(_ count: Int, filledWith value: Float) {
            // Vectors are read and written whole, so a room ends on a multiple of sixteen.
            self.count = (max(count, 1) + 15) / 16 * 16
            memory = .allocate(capacity: self.count + 2 * border)
            memory.initialize(repeating: canary, count: self.count + 2 * border)
            start.update(repeating: value, count: self.count)
        }
        deinit { memory.deallocate() }

        var start: UnsafeMutablePointer<Float> { memory + border }
        var isWhole: Bool {
            (0..<border).allSatisfy {
                memory[$0].bitPattern == canary.bitPattern
                    && memory[border + count + $0].bitPattern == canary.bitPattern
            }
        }
    }

    static func violations(_ layer: any Layer, _ law: LawCase) -> [String] {
        let trial = Trial(layer, law)
        trial.prepare()
        trial.forward()
        var found = trial.trespasses(during: "forward")
        if let unwritten = trial.unwritten {
            found.append(
                "it announces \(layer.output.shape) but forward leaves \(unwritten) of a window's numbers unwritten")
        }
        guard found.isEmpty else { return found }
        trial.backward()
        found = trial.trespasses(during: "backward")
        guard found.isEmpty else { return found }
        // What the way back wrote over is made again.
        trial.forward()
        trial.relevance()
        return trial.trespasses(during: "relevance")
    }

    /// The rooms of one call.
    private final class Trial {
        let arithmetic: any Arithmetic
        var rooms: [(name: String, room: Guarded)] = []
        var inputs: [Tensor] = []
        var inputGradients: [Tensor?] = []
        let output: Tensor
        let outputGradient: Tensor
        var weights: [UnsafeMutablePointer<Float>] = []
        var gradients: [UnsafeMutablePointer<Float>?] = []
        let kept: Guarded, shared: Guarded, prepared: Guarded, preparedForBackward: Guarded, scratch: Guarded

        init(_ layer: any Layer, _ law: LawCase) {
            arithmetic = layer.arithmetic
            let arithmetic = arithmetic
            let halo = max(arithmetic.inputHalo, arithmetic.outputHalo)
            var rooms: [(name: String, room: Guarded)] = []
            func tensor(_ name: String, _ shape: Shape, random: Bool) -> Tensor {
                let (room, tensor) = Trial.tensor(name, shape, halo: halo, isFilled: random)
                rooms.append((name, room))
                return tensor
            }
            for (index, input) in law.inputs.enumerated() {
                inputs.append(tensor("input \(index)", input.shape, random: true))
                inputGradients.append(tensor("the gradient of input \(index)", input.shape, random: false))
            }
            output = tensor("the output", layer.output.shape, random: false)
            outputGradient = tensor("the output's gradient", layer.output.shape, random: true)
            for spec in layer.weights {
                let values = Guarded(spec.count, filledWith: 0)
                initialize(
                    UnsafeMutableBufferPointer(start: values.start, count: spec.count), as: spec,
                    random: CounterRandom(seed: 1, stream: spec.name))
                let slopes = Guarded(spec.count, filledWith: 0)
                rooms.append(("weight '\(spec.name)'", values))
                rooms.append(("the gradient of '\(spec.name)'", slopes))
                weights.append(values.start)
                gradients.append(spec.isTrainable ? slopes.start : nil)
            }
            kept = Guarded(arithmetic.keptPerSample * batch, filledWith: 0)
            shared = Guarded(arithmetic.keptShared, filledWith: 0)
            prepared = Guarded(arithmetic.preparedCount, filledWith: 0)
            preparedForBackward = Guarded(arithmetic.preparedForBackwardCount, filledWith: 0)
            scratch = Guarded(
                max(arithmetic.scratchCount, arithmetic.relevanceScratchCount), filledWith: 0)
            rooms += [
                ("what it keeps a sample", kept), ("what it shares", shared), ("what it prepares", prepared),
                ("what it prepares for backward", preparedForBackward),
                ("its scratch room", scratch),
            ]
            self.rooms = rooms
        }

        private static func tensor(_ name: String, _ shape: Shape, halo: Int, isFilled: Bool) -> (Guarded, Tensor) {
            let sizes = shape.numbers ?? [1]
            let width = sizes.last ?? 1
            let rows = max(1, sizes.dropLast().reduce(1, *))
            let lead = (halo + 15) / 16 * 16
            let stride = (width + 15) / 16 * 16 + lead
            let sample = lead + rows * stride
            let room = Guarded(sample * batch + lead, filledWith: 0)
            let tensor = Tensor(
                start: room.start + lead, rows: rows, width: width, stride: stride, lead: lead, sampleStride: sample)
            let random = CounterRandom(seed: 5, stream: name)
            for index in 0..<batch {
                for row in 0..<rows {
                    for column in 0..<width {
                        let number = (index * rows + row) * width + column
                        tensor.row(row, of: index)[column] = isFilled ? 2 * random.uniform(number) - 1 : canary
                    }
                }
            }
            return (room, tensor)
        }

        func prepare() { arithmetic.prepare(pass(0, 0, 0..<batch)) }
        func forward() {
            run(arithmetic.forwardPhases, arithmetic.forward)
            // Whoever calls a layer puts the zeros back.
            for sample in 0..<batch { output.clearGaps(of: sample) }
        }
        func backward() { run(arithmetic.backwardPhases, arithmetic.backward) }
        func relevance() { run(arithmetic.backwardPhases, arithmetic.relevance) }

        private func run(_ phases: [WorkPhase], _ body: (Pass) -> Void) {
            for (index, phase) in phases.enumerated() {
                switch phase {
                case .parts(let parts):
                    for part in 0..<parts { body(pass(index, part, 0..<batch)) }
                case .samples(let grain):
                    for start in Swift.stride(from: 0, to: batch, by: max(1, grain)) {
                        body(pass(index, 0, start..<min(batch, start + max(1, grain))))
                    }
                }
            }
        }

        /// The tables that a pass points at live as long as the trial.
        private lazy var inputTable = Trial.table(inputs)
        private lazy var inputGradientTable = Trial.table(inputGradients)
        private lazy var weightTable = Trial.table(weights)
        private lazy var gradientTable = Trial.table(gradients)

        private static func table<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
            let table = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
            for (index, element) in elements.enumerated() { (table + index).initialize(to: element) }
            return table
        }
        deinit {
            inputTable.deallocate()
            inputGradientTable.deallocate()
            weightTable.deallocate()
            gradientTable.deallocate()
        }

        private func pass(_ phase: Int, _ part: Int, _ samples: Range<Int>) -> Pass {
            Pass(
                mode: .training, phase: phase, part: part, samples: samples, batch: batch,
                random: CounterRandom(seed: 3, stream: 1, step: 5), output: output,
                room: Pass.Room(
                    inputs: inputTable, outputGradient: outputGradient, inputGradients: inputGradientTable,
                    weights: weightTable, gradients: gradientTable, kept: kept.start,
                    keptPerSample: arithmetic.keptPerSample,
                    shared: shared.start, prepared: prepared.start,
                    preparedForBackward: preparedForBackward.start, scratch: scratch.start))
        }

        func trespasses(during pass: String) -> [String] {
            rooms.filter { !$0.room.isWhole }.map { "\(pass) writes outside \($0.name)" }
        }

        /// How many numbers of the first window forward left as they were; `nil` if none.
        var unwritten: Int? {
            var count = 0
            for row in 0..<output.rows {
                for column in 0..<output.width where output.row(row, of: 0)[column].bitPattern == canary.bitPattern {
                    count += 1
                }
            }
            return count > 0 ? count : nil
        }
    }
}

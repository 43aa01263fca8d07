import GraphIR
import Layers

/// Where sums over samples are gathered. A slot is a copy of a layer's gradients that one thread at a time fills, in
/// the order of its samples; the slots of a layer are added up in order. How many there are follows from the layer and
/// the batch alone, so the threads do not show in the result.
struct SlotLayout {
    /// As many threads find work in the backward pass of a layer, where the batch is large enough.
    static let most = 64
    /// So many a layer may have whatever its size.
    static let few = 8
    /// A slot gathers so many samples before it is read once more to be added: with fewer, training on two threads pays
    /// a tenth for what only dozens of threads can use.
    static let samples = 4
    /// The floats of a layer whose slots cost nothing that could be measured, however many they are.
    static let small = 1 << 10
    /// The floats that all slots of a layer may take, if those are more than a few.
    static let room = 1 << 21

    /// Whether there are gradients at all: the first slot of every layer, in the layout of the weights.
    let hasFirst: Bool
    /// By step: how many slots it has; `nil` where it does not sum over samples.
    let ofStep: [Int?]
    /// By weight entry: where its copies behind the first begin, one behind the other; `nil` if there are none.
    let offsets: [Int?]
    /// By weight entry: the copies behind the first.
    let copies: [Int]
    /// All floats behind the first slots.
    let behind: Int
    /// The sums to be made, in pieces of which each is one thread's.
    let pieces: [Piece]

    struct Piece {
        var entry: Int
        var range: Range<Int>
    }
    private static let pieceCount = 1 << 12

    init(_ lowered: Lowered, _ schedule: Schedule, _ layout: WeightLayout, batch: Int) {
        var offsets = [Int?](repeating: nil, count: layout.entries.count)
        var copies = [Int](repeating: 0, count: layout.entries.count)
        var behind = 0
        var ofStep: [Int?] = []
        var pieces: [Piece] = []
        for (index, step) in lowered.steps.enumerated() {
            let slots = schedule.runsBackward[index] ? SlotLayout.slots(step, layout, batch: batch) : nil
            ofStep.append(slots)
            guard let slots, slots > 1 else { continue }
            for weight in step.weights where layout.entries[weight].isTrainable {
                let count = SlotLayout.padded(layout.entries[weight].count)
                offsets[weight] = behind
                copies[weight] = slots - 1
                behind = Rational.sum(behind, Rational.product(slots - 1, count))
                for start in stride(from: 0, to: count, by: SlotLayout.pieceCount) {
                    pieces.append(Piece(entry: weight, range: start..<min(count, start + SlotLayout.pieceCount)))
                }
            }
        }
        hasFirst = !schedule.backward.isEmpty
        (self.offsets, self.copies, self.behind) = (offsets, copies, behind)
        (self.ofStep, self.pieces) = (ofStep, pieces)
    }

    /// How many slots a step of the plan has; `nil` where it sums nothing over samples.
    static func slots(_ step: Step, _ layout: WeightLayout, batch: Int) -> Int? {
        guard step.arithmetic.sumsOverSamples else { return nil }
        let count = step.weights.reduce(0) { sum, weight in
            layout.entries[weight].isTrainable ? Rational.sum(sum, padded(layout.entries[weight].count)) : sum
        }
        guard count > 0 else { return nil }
        if count <= small { return min(batch, most) }
        // Powers of two, so that neighbours mostly have as many: layers with other slots are another stage.
        let wanted = min(most, batch / samples, room / count)
        var slots = few
        while slots * 2 <= wanted { slots *= 2 }
        return min(batch, slots)
    }

    /// Arrays are whole vectors, so that they may be read and added as such.
    static func padded(_ count: Int) -> Int { Rational.sum(count, lanes - 1) / lanes * lanes }

    /// Where a copy of a weight's gradient behind the first begins among all of them.
    func start(_ entry: Int, slot: Int, _ layout: WeightLayout) -> Int? {
        guard slot >= 1, slot <= copies[entry], let offset = offsets[entry] else { return nil }
        return offset + (slot - 1) * SlotLayout.padded(layout.entries[entry].count)
    }
}

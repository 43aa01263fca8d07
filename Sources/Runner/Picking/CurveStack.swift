import GraphIR

/// What becomes of what several windows say of a sample.
public enum Stacking: String, Word {
    /// The largest of it.
    case max
    /// Its mean, added in the order of the windows.
    case mean
}

/// Answers of overlapping windows put together into one curve an output, for as long a recording as one likes: what no
/// later window can change is handed on, and forgotten here.
struct CurveStack {
    let mode: Stacking
    /// So many samples at either end of a window say nothing: a network knows least there.
    let blind: Int
    private let outputs: Int
    /// The first sample that is not handed on yet.
    private(set) var begin: Int
    private var values: [[Float]]
    private var counts: [Int32] = []

    init(_ mode: Stacking, outputs: Int, blind: Int, begin: Int) {
        self.mode = mode
        self.outputs = outputs
        self.blind = max(0, blind)
        self.begin = begin
        values = [[Float]](repeating: [], count: outputs)
    }

    /// Adds a window's curves, all of the same length. Windows come in order of their begin.
    mutating func add(_ curves: [[Float]], at start: Int) {
        let length = curves.first?.count ?? 0
        reserve(upTo: start + length)
        let spoken = max(blind, begin - start)..<max(max(blind, begin - start), length - blind)
        guard !spoken.isEmpty else { return }
        let places = start + spoken.lowerBound - begin..<start + spoken.upperBound - begin
        // A network that answers once a window says nothing of the rest.
        if curves.contains(where: { $0[spoken].hasNoNumber }) {
            for (index, place) in zip(spoken, places) { addWhatIsThere(curves, index, at: place) }
            return
        }
        for output in 0..<outputs { values[output].take(curves[output][spoken], from: places.lowerBound, mode, counts) }
        for place in places { counts[place] &+= 1 }
    }

    private mutating func addWhatIsThere(_ curves: [[Float]], _ index: Int, at place: Int) {
        var hasSpoken = false
        for output in 0..<outputs {
            let value = curves[output][index]
            if value.isNaN { continue }
            switch mode {
            case .mean: values[output][place] += value
            case .max: values[output][place] = counts[place] == 0 ? value : Swift.max(values[output][place], value)
            }
            hasSpoken = true
        }
        if hasSpoken { counts[place] += 1 }
    }

    private mutating func reserve(upTo end: Int) {
        let missing = end - begin - counts.count
        guard missing > 0 else { return }
        counts += [Int32](repeating: 0, count: missing)
        for output in 0..<outputs { values[output] += [Float](repeating: 0, count: missing) }
    }

    /// Everything before a sample, as no window that is still to come begins before it; no number where none spoke.
    mutating func finished(before end: Int) -> [[Float]] {
        reserve(upTo: end)
        let count = end - begin
        guard count > 0 else { return values.map { _ in [] } }
        let done = (0..<outputs).map { output in
            values[output].settled(count, mode, counts)
        }
        for output in 0..<outputs { values[output].removeFirst(count) }
        counts.removeFirst(count)
        begin = end
        return done
    }

    /// Everything that is left.
    mutating func rest() -> [[Float]] { finished(before: begin + counts.count) }
}

extension ArraySlice<Float> {
    fileprivate var hasNoNumber: Bool {
        withUnsafeBufferPointer { values in
            var isThere = false
            for value in values { isThere = isThere || value.isNaN }
            return isThere
        }
    }
}

extension [Float] {
    /// Puts what one window says, all of it numbers, to what others said.
    fileprivate mutating func take(
        _ said: ArraySlice<Float>, from first: Int, _ mode: Stacking, _ counts: [Int32]
    ) {
        withUnsafeMutableBufferPointer { values in
            said.withUnsafeBufferPointer { said in
                counts.withUnsafeBufferPointer { counts in
                    switch mode {
                    case .mean: for index in said.indices { values[first &+ index] += said[index] }
                    case .max:
                        for index in said.indices {
                            let place = first &+ index
                            values[place] = counts[place] == 0 ? said[index] : Swift.max(values[place], said[index])
                        }
                    }
                }
            }
        }
    }

    /// The first samples as nothing can change them any more; no number where no window spoke.
    fileprivate func settled(_ count: Int, _ mode: Stacking, _ counts: [Int32]) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { settled, written in
            for place in 0..<count {
                let mean = mode == .mean ? self[place] / Float(counts[place]) : self[place]
                settled.initializeElement(at: place, to: counts[place] > 0 ? mean : .nan)
            }
            written = count
        }
    }
}

/// An array in double precision, for the plain versions of the layers: sizes and numbers, nothing else.
struct Signal: Equatable {
    var shape: [Int]
    var values: [Double]

    init(_ shape: [Int], _ values: [Double]) {
        self.shape = shape
        self.values = values
    }
    init(_ shape: [Int], filledBy element: (Int) -> Double = { _ in 0 }) {
        self.shape = shape
        values = (0..<shape.reduce(1, *)).map(element)
    }

    var channels: Int { shape[0] }
    /// The last axis; 1 for a vector.
    var time: Int { shape.count > 1 ? shape[shape.count - 1] : 1 }
    /// Everything behind the channels.
    var positions: Int { shape.dropFirst().reduce(1, *) }

    /// A number of a sequence, or of a vector at time 0. Outside of the signal there are zeros.
    subscript(channel: Int, time: Int) -> Double {
        get { time < 0 || time >= positions ? 0 : values[channel * positions + time] }
        set { values[channel * positions + time] = newValue }
    }
    /// A number of an image. Outside there are zeros.
    subscript(channel: Int, y: Int, x: Int) -> Double {
        get {
            guard y >= 0, x >= 0, y < shape[1], x < shape[2] else { return 0 }
            return values[(channel * shape[1] + y) * shape[2] + x]
        }
        set { values[(channel * shape[1] + y) * shape[2] + x] = newValue }
    }
    func map(_ function: (Double) -> Double) -> Signal { Signal(shape, values.map(function)) }
}

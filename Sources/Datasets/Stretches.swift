import Kernels

/// What preparations and augmentations ask of samples and do to them in place: the door from arrays to the loops of
/// `Stretch`.
extension ArraySlice<Float> {
    public var mean: Double { withUnsafeBufferPointer(Stretch.mean) }
    /// The population's standard deviation about the mean.
    public var deviation: Double { withUnsafeBufferPointer(Stretch.deviation) }
    public var largest: Float? { withUnsafeBufferPointer(Stretch.largest) }
    public var largestMagnitude: Float { withUnsafeBufferPointer(Stretch.largestMagnitude) }
}

extension [Float] {
    /// Whether every number is finite.
    public var areFinite: Bool { withUnsafeBufferPointer(Stretch.areFinite) }

    /// Changes a stretch, or what of it there is, in place.
    public mutating func change(_ stretch: Range<Int>, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        let stretch = stretch.clamped(to: indices)
        withUnsafeMutableBufferPointer { body(UnsafeMutableBufferPointer(rebasing: $0[stretch])) }
    }
    public mutating func multiply(by factor: Float) { change(indices) { Stretch.multiply($0, by: factor) } }
    /// Adds a multiple of other samples from a place on.
    public mutating func add(_ other: ArraySlice<Float>, times factor: Float, at place: Int) {
        other.withUnsafeBufferPointer { other in
            change(place..<place + other.count) { Stretch.add(other, times: factor, to: $0) }
        }
    }
}

extension Window {
    /// Changes of each channel the part that was recorded; what fills a short trace stays as it is.
    public mutating func changeRecordedParts(_ change: (UnsafeMutableBufferPointer<Float>) -> Void) {
        guard !valid.isEmpty else { return }
        for channel in samples.indices { samples[channel].change(valid, change) }
    }

    public mutating func multiply(by factor: Float) {
        for channel in samples.indices { samples[channel].multiply(by: factor) }
    }
}

/// A seismogram: one or more components sampled together, and what is known of it.
public struct Trace: Sendable {
    /// Its name in the dataset, or `NET.STA.LOC.CHA` in a waveform file.
    public var name: String
    /// When the first sample was taken, where that is known.
    public var start: Instant?
    /// Samples a second.
    public var rate: Double
    /// One letter a channel, as `ZNE`.
    public var components: String
    /// `[channel][time]`, one channel after the other.
    public var samples: [Float]
    /// How many samples each channel has.
    public var length: Int
    /// How the samples of a channel lie, where they are a picture and no stretch of time.
    public var plane: Plane?
    public var metadata: TraceMetadata

    /// The samples are `channels * length`; channels are as many as components.
    public init(
        name: String, start: Instant? = nil, rate: Double, components: String, samples: [Float], length: Int,
        plane: Plane? = nil, metadata: TraceMetadata = TraceMetadata()
    ) {
        self.name = name
        self.start = start
        self.rate = rate
        self.components = components
        self.samples = samples
        self.length = length
        self.plane = plane
        self.metadata = metadata
    }

    public var channels: Int { length == 0 ? components.count : samples.count / length }

    /// The samples of one channel.
    public func channel(_ index: Int) -> ArraySlice<Float> { samples[index * length..<(index + 1) * length] }

    /// The samples of a component by its letter.
    public func channel(named component: Character) -> ArraySlice<Float>? {
        guard let place = Array(components).firstIndex(of: component), place < channels else { return nil }
        return channel(place)
    }
}

/// Which part of a study a trace belongs to.
public enum Split: String, CaseIterable, Hashable, Sendable {
    case train, dev, test
}

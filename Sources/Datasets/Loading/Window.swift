/// A stretch of seismogram on its way from a trace to a network, with everything known of what happens in it.
///
/// Positions count samples from the window's first; whatever moves the waveform moves them along.
public struct Window: Sendable {
    /// `samples[channel][time]`; all channels are equally long.
    public var samples: [[Float]]
    /// One letter a channel: `ZNE`, `Z`, or `OS` for an observed and a synthetic record.
    public var components: String
    /// Samples a second.
    public var rate: Double
    /// Where the recording really is; outside are zeros that fill a trace too short for its window.
    public var valid: Range<Int>
    public var picks: [Pick]
    /// Stretches that belong to a class, as in a volcano's stream of events.
    public var spans: [Span]
    /// Where the coda of the trace's own event has died away, if the catalogue says so.
    public var codaEnd: Double?
    /// `earthquake_local`, `noise`, …: the trace's `trace_category`.
    public var category: String
    /// How the samples of a channel lie, where the window is a picture.
    public var plane: Plane?
    /// The trace's own columns, by SeisBench names.
    public var metadata: TraceMetadata

    public var length: Int { samples.first?.count ?? 0 }
    /// The numbers of the events that have a pick in the window, ascending.
    public var events: [Int] { Set(picks.map(\.event)).sorted() }

    public init(
        samples: [[Float]], components: String, rate: Double, valid: Range<Int>? = nil, picks: [Pick] = [],
        spans: [Span] = [], codaEnd: Double? = nil, category: String = "", plane: Plane? = nil,
        metadata: TraceMetadata = TraceMetadata()
    ) {
        self.samples = samples
        self.components = components
        self.rate = rate
        self.valid = valid ?? 0..<(samples.first?.count ?? 0)
        self.picks = picks
        self.spans = spans
        self.codaEnd = codaEnd
        self.category = category
        self.plane = plane
        self.metadata = metadata
    }

    /// The arrival of a phase.
    public struct Pick: Hashable, Sendable {
        public var phase: Phase
        /// In samples from the window's start; between samples where the analyst was that precise.
        public var sample: Double
        /// Which earthquake it belongs to: 0 for the trace's own, 1 and up for those added to it.
        public var event: Int
        public init(_ phase: Phase, at sample: Double, event: Int = 0) {
            self.phase = phase
            self.sample = sample
            self.event = event
        }
    }

    /// A stretch of one class.
    public struct Span: Hashable, Sendable {
        public var samples: Range<Int>
        public var name: String
        public init(_ samples: Range<Int>, _ name: String) {
            self.samples = samples
            self.name = name
        }
    }

    /// The first arrival of a phase of one event.
    public func first(_ phase: Phase, event: Int) -> Double? {
        picks.filter { $0.event == event && $0.phase.belongs(to: phase) }.map(\.sample).min()
    }
}

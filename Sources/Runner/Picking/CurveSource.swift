import Seismic

/// Whatever turns windows of a recording into probability curves: a trained network, or a toy in a test.
protocol CurveSource {
    /// The phases that have a curve, in the order of the curves.
    var phases: [String] { get }
    /// Whether a curve of detections follows behind those of the phases.
    var hasDetection: Bool { get }
    /// The network's components, as `ZNE`.
    var components: String { get }
    /// Samples a second of recordings that it takes.
    var rate: Double { get }
    /// Samples of a window, and how many of them one sample of a curve stands for.
    var length: Int { get }
    var step: Int { get }
    /// So many samples behind the first of those that it stands for lies the moment that a curve's sample speaks of.
    var lead: Int { get }
    /// How many windows it takes at once.
    var batch: Int { get }
    /// The hash of what answers, first twelve digits.
    var model: String { get }
    /// `[window][curve][sample]`, and of several passes how far they lie apart. What a window's neighbours are changes
    /// no bit of its answer.
    func curves(of windows: [Window]) throws -> [CurveAnswer]
}

extension CurveSource {
    var lead: Int { 0 }
}

/// Takes what was put together of the windows' curves, as far as no later window can change it.
protocol CurveSink: AnyObject {
    /// - Parameters:
    ///   - curves: those of the phases, then that of detections; no number where no window spoke.
    ///   - first: the sample of the recording of which the first speaks, and `step` samples on the next.
    func take(_ curves: [[Float]], of recording: any Recording, first: Int, step: Int) throws
}

struct CurveAnswer {
    var curves: [[Float]]
    var spread: [[Float]]?
}

/// How a recording is read, as `strata pick` is told or as another program would.
public struct StreamSettings: Sendable {
    public var rule: PickRule = .trigger
    var stack: Stacking = .max
    public var anchor: WindowGrid.Anchor = .clock
    /// In samples; half a window where nothing is said.
    public var hop: Int?
    /// Recordings at another rate are resampled, which they were not in training.
    public var resamples = false
    /// In samples at either end of a window.
    public var blind: Int?
    public var thresholds: PickThresholds
    /// Of picks of one phase that are closer than this many seconds only the likelier stays.
    public var separate: Double?
    public var needsAllComponents = false
    /// Silences up to so many seconds end no stretch; they are filled as in training.
    public var bridge = 1.0
    /// A window is asked only if at least this share of it was recorded.
    public var leastShare = 0.5
    /// What was not recorded becomes the mean of what was, as in training; as SeisBench does, zero.
    public var fillsWithZeros = false

    public init(thresholds: PickThresholds) { self.thresholds = thresholds }
}

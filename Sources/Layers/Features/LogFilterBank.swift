import GraphIR

/// Frames of a trace as the logarithm of their energy in bands that are equally wide in octaves.
public struct LogFilterBank: Layer {
    public enum Spectrum: String, Word {
        case magnitude, power
    }
    public static let bands = Setting<Int>("bands", "How many triangular bands.", standard: 16, in: 1...4096)
    public static let window = Setting<Samples>("window", "The length of a frame.", in: 2...1_048_576)
    public static let hop = Setting<Samples>("hop", "From the start of one frame to the next.", in: 1...1_048_576)
    public static let fft = Setting<Int?>(
        "fft", "Points of the transform, zeros behind the frame; none: the next power of two.", standard: .some(nil),
        in: 2...1_048_576)
    public static let low = Setting<Hertz>("low", "Where the first band begins.", standard: 0.5, in: 1e-9...1e9)
    public static let high = Setting<Hertz?>(
        "high", "Where the last band ends; none: half the sampling rate.", standard: .some(nil), in: 1e-9...1e9)
    public static let spectrum = Setting<Spectrum>(
        "spectrum", "Whether a band sums magnitudes or their squares.", standard: .magnitude)
    public static let floor = Setting<Double>(
        "floor", "Added before the logarithm, so that silence has one.", standard: 1e-10, in: 1e-30...1e30)

    public static let signature = Signature(
        .layer, "log_filter_bank",
        """
        Frames of a trace as the logarithm of their energy in bands that are equally wide in octaves.

        Each frame is multiplied by a Hamming window and transformed; the bands are triangles whose corners follow each
        other by the same factor from low to high, each reaching to the middles of its neighbours (50 % overlap);
        y[b, f] = log(floor + sum over lines k of triangle b at k times |X[f, k]|)

        [channels, time] becomes [channels * bands, frames], frames = floor((time - window) / hop) + 1. Nothing is
        learned. The standard is Titos et al. (2022) for volcanoes: 16 bands, 4 s, hop 0.5 s, 512 points.
        """,
        [bands, window, hop, fft, low, high, spectrum, floor],
        example: "x -> log_filter_bank(bands: 4, window: 0.64 s, hop: 0.16 s, low: 2 Hz) -> deltas(2)")

    public let input: TensorType
    public let output: TensorType
    public let channels: Int
    public let bands: Int
    public let window: Int
    public let hop: Int
    public let fft: Int
    public let spectrum: Spectrum
    public let floor: Double
    /// The frequencies where triangles begin, peak and end, in lines of the spectrum: band b peaks at corner b + 1.
    public let corners: [Double]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("log_filter_bank")
        channels = try input.knownChannels("log_filter_bank")
        bands = try arguments.checked(Self.bands)
        window = try arguments.checked(Self.window).count
        hop = try arguments.checked(Self.hop).count
        spectrum = arguments[Self.spectrum]
        floor = try arguments.checked(Self.floor)
        fft = try Self.points(arguments, window: window)
        guard let rate = input.rate else {
            throw Complaint(
                .input(0, axis: 1), "log_filter_bank needs the sampling rate, since its bands are frequencies",
                help: "say it at the input, as in: input waveform: [1, T] at 100 Hz")
        }
        corners = try Self.corners(
            arguments, low: arguments.checked(Self.low).number, high: arguments.checked(Self.high)?.number, rate: rate,
            bands: bands, fft: fft)
        if let length = input.shape.time.number, length < window {
            throw Complaint(
                .input(0, axis: 1), "a frame of \(window) samples is longer than the \(length) that come in")
        }
        let frames = (input.shape.time - .number(window)).floorDivided(by: hop) + 1
        output = TensorType(Shape(.number(Rational.product(channels, bands)), frames), rate: rate / Double(hop))
    }

    private static func points(_ arguments: Arguments, window: Int) throws(Complaint) -> Int {
        guard let points = try arguments.checked(Self.fft) else {
            var power = 2
            while power < window { power *= 2 }
            return power
        }
        guard points & (points - 1) == 0 else {
            throw Complaint(.argument("fft"), "a transform has a power of two of points, which \(points) is not")
        }
        guard points >= window else {
            throw Complaint(
                .argument("fft"), "a transform of \(points) points cannot hold a frame of \(window) samples")
        }
        return points
    }

    private static func corners(
        _ arguments: Arguments, low: Double, high: Double?, rate: Double, bands: Int, fft: Int
    ) throws(Complaint) -> [Double] {
        let nyquist = rate / 2
        let high = high ?? nyquist
        guard high <= nyquist else {
            throw Complaint(
                .argument("high"),
                "\(high) Hz is above \(nyquist) Hz, half the sampling rate: nothing is recorded there")
        }
        guard low < high else {
            throw Complaint(.argument("low"), "the bands would begin at \(low) Hz and end at \(high) Hz")
        }
        let spacing = rate / Double(fft)
        let corners = logarithmicSteps(from: low / spacing, to: high / spacing, count: bands + 1)
        for band in 0..<bands where !holdsLine(corners[band], corners[band + 2]) {
            throw Complaint(
                .argument("bands"),
                "band \(band + 1) lies between two lines of the spectrum, which are \(spacing) Hz apart",
                help: "raise low, lengthen fft, or take fewer bands")
        }
        return corners
    }

    /// Whether a whole number lies strictly between two.
    private static func holdsLine(_ low: Double, _ high: Double) -> Bool { low.rounded(.down) + 1 < high }

    /// A transform costs 5 n log2 n for each frame; the bands a product for each line and about two bands.
    public var flops: Dimension {
        let logarithm = fft.trailingZeroBitCount
        let perFrame = Rational.sum(Rational.product(5 * fft, logarithm), Rational.product(6, fft))
        return .number(Rational.product(channels, perFrame)) * output.shape.time
    }
    public var reach: Reach { .local(span: window, step: hop) }
    public var arithmetic: any Arithmetic { self }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LogFilterBank.self, $0) }

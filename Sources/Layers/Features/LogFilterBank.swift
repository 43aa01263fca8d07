import Foundation
import GraphIR
import Kernels

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
    public var flops: GraphIR.Dimension {
        let logarithm = fft.trailingZeroBitCount
        let perFrame = Rational.sum(Rational.product(5 * fft, logarithm), Rational.product(6, fft))
        return .number(Rational.product(channels, perFrame)) * output.shape.time
    }
    public var reach: Reach { .local(span: window, step: hop) }
    public var arithmetic: any Arithmetic { self }
}

extension LogFilterBank: Arithmetic {
    public var backwardReads: BackwardReads { .inputs }
    /// The transform's turns, then the Hamming window.
    public var preparedCount: Int { Rational.sum(fft, window) }
    /// Sixteen frames' spectra, and a number for each band.
    public var scratchCount: Int { Rational.product(lanes, Rational.sum(2 * fft, bands)) }

    public func prepare(_ pass: Pass) {
        FrameTransform.fillTurns(pass.prepared, points: fft)
        for t in 0..<window {
            pass.prepared[fft + t] = Float(0.54 - 0.46 * cos(2 * Double.pi * Double(t) / Double(window - 1)))
        }
    }

    private func transform(_ pass: Pass) -> FrameTransform {
        FrameTransform(
            points: fft, turns: pass.prepared, real: pass.scratch, imaginary: pass.scratch + fft * lanes)
    }
    private func sums(_ pass: Pass) -> UnsafeMutablePointer<Float> { pass.scratch + 2 * fft * lanes }

    private func frames(of length: Int) -> Int { length < window ? 0 : (length - window) / hop + 1 }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let frames = frames(of: pass.input().length(of: sample))
            for channel in 0..<channels {
                let x = pass.input().row(channel, of: sample).reading
                for first in stride(from: 0, to: frames, by: lanes) {
                    let count = min(lanes, frames - first)
                    spectra(pass, x + first * hop, count)
                    for band in 0..<bands {
                        let energy = energy(pass, band) + Vector(Float(floor))
                        let y = pass.output.row(channel * bands + band, of: sample) + first
                        // Not sixteen at a time: the logarithm of an energy that is no number must be none either.
                        for lane in 0..<count { y[lane] = log(energy[lane]) }
                    }
                }
            }
        }
    }

    /// The spectra of up to sixteen frames, the first of which begins here.
    private func spectra(_ pass: Pass, _ x: UnsafePointer<Float>, _ count: Int) {
        let transform = transform(pass)
        transform.real.update(repeating: 0, count: 2 * fft * lanes)
        for t in 0..<window {
            let hamming = pass.prepared[fft + t]
            let row = transform.real + t &* lanes
            for lane in 0..<count { row[lane] = hamming * x[lane &* hop &+ t] }
        }
        transform.run(sign: -1)
    }

    /// The lines under a band's triangle.
    private func lines(_ band: Int) -> ClosedRange<Int> {
        let first = Int(corners[band]) + 1
        return first...max(first, min(fft / 2, Int(corners[band + 2])))
    }
    /// How high the triangle of a band stands at a line.
    @inline(__always)
    private func height(_ band: Int, _ line: Int) -> Float {
        let at = Double(line)
        let rise = (at - corners[band]) / (corners[band + 1] - corners[band])
        let fall = (corners[band + 2] - at) / (corners[band + 2] - corners[band + 1])
        return Float(max(0, min(rise, fall)))
    }
    @inline(__always)
    private func strength(_ transform: FrameTransform, _ line: Int) -> Vector {
        let (real, imaginary) = ((transform.real + line &* lanes).vector, (transform.imaginary + line &* lanes).vector)
        let power = real * real + imaginary * imaginary
        return spectrum == .power ? power : power.squareRoot()
    }

    private func energy(_ pass: Pass, _ band: Int) -> Vector {
        let transform = transform(pass)
        var sum = Vector.zero
        for line in lines(band) { sum += strength(transform, line) * height(band, line) }
        return sum
    }

    public func backward(_ pass: Pass) { backward(pass, alongChords: false) }

    /// The logarithm is followed along its chord from the floor, a power goes half to each of its two factors, and a
    /// magnitude scales with what comes in. The floor's own logarithm is a constant.
    public func relevance(_ pass: Pass) {
        backward(pass, alongChords: true)
        for sample in pass.samples where pass.baseline == nil {
            var told = 0.0
            for row in 0..<pass.outputGradient.rows {
                let c = pass.outputGradient.row(row, of: sample)
                for t in 0..<pass.outputGradient.length(of: sample) { told += Double(c[t]) }
            }
            pass.addConstant(Double(log(Float(floor))) * told, of: sample)
        }
    }

    private func backward(_ pass: Pass, alongChords: Bool) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let length = pass.input().length(of: sample)
            for channel in 0..<channels {
                let slopes = dx.row(channel, of: sample)
                slopes.update(repeating: 0, count: length)
                for first in stride(from: 0, to: frames(of: length), by: lanes) {
                    let count = min(lanes, frames(of: length) - first)
                    spectra(pass, pass.input().row(channel, of: sample) + first * hop, count)
                    slopesOfBands(pass, channel, sample, first, count, alongChords)
                    slopesOfSpectra(pass, alongChords)
                    scatter(pass, slopes + first * hop, count)
                }
            }
        }
    }

    /// The slopes along each band's energy.
    private func slopesOfBands(
        _ pass: Pass, _ channel: Int, _ sample: Int, _ first: Int, _ count: Int, _ alongChords: Bool
    ) {
        for band in 0..<bands {
            let energy = energy(pass, band) + Vector(Float(floor))
            let dy = pass.outputGradient.row(channel * bands + band, of: sample) + first
            let slopes = sums(pass) + band &* lanes
            for lane in 0..<lanes {
                let slope = lane >= count ? 0 : alongChords ? dy[lane] * chord(energy[lane]) : dy[lane] / energy[lane]
                slopes[lane] = slope
            }
        }
    }

    /// The straight line from the logarithm of the floor to that of an energy above it.
    private func chord(_ energy: Float) -> Float {
        let above = energy - Float(floor)
        return above > 1e-3 * Float(floor) ? (log(energy) - log(Float(floor))) / above : 1 / energy
    }

    /// In place: from the spectra to the slopes along them. A line without strength has no direction to grow in.
    private func slopesOfSpectra(_ pass: Pass, _ alongChords: Bool) {
        let transform = transform(pass)
        for line in 0..<fft {
            let (real, imaginary) = (transform.real + line &* lanes, transform.imaginary + line &* lanes)
            var slope = Vector.zero
            if line <= fft / 2 {
                for band in bands(at: line) where lines(band).contains(line) {
                    slope += (sums(pass) + band &* lanes).vector * height(band, line)
                }
            }
            let strength = strength(transform, line)
            let factor =
                spectrum == .power
                ? (alongChords ? slope : slope * 2)
                : (slope / strength).replacing(with: Vector.zero, where: strength .<= Vector.zero)
            real.vector = real.vector * factor
            imaginary.vector = imaginary.vector * factor
        }
        transform.run(sign: 1)
    }

    /// The bands whose triangles may cover a line: at most two.
    private func bands(at line: Int) -> Range<Int> {
        var low = 0, high = bands
        while low < high {
            let middle = (low + high) / 2
            if corners[middle + 2] <= Double(line) { low = middle + 1 } else { high = middle }
        }
        return low..<min(bands, low + 2)
    }

    private func scatter(_ pass: Pass, _ slopes: UnsafeMutablePointer<Float>, _ count: Int) {
        let transform = transform(pass)
        for t in 0..<window {
            let hamming = pass.prepared[fft + t]
            let row = transform.real + t &* lanes
            for lane in 0..<count { slopes[lane &* hop &+ t] += hamming * row[lane] }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LogFilterBank.self, $0) }

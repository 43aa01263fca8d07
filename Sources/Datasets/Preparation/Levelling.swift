import Foundation
import GraphIR
import Kernels

/// `demean`: every channel without its mean.
public struct Demean: Preparation {
    public static let signature = Signature(
        .preparation, "demean", "Subtracts each channel's mean over what was recorded.",
        example: "prepare { demean -> normalize(std) }")
    public static let isLevelling = true
    public static let takes: Set<SampleKind> = [.seismogram, .picture]

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {}
    public var statement: String { "demean: each channel minus its mean" }

    public func apply(to window: inout Window) {
        window.changeRecordedParts { part in
            Stretch.add(-Float(Stretch.mean(UnsafeBufferPointer(part))), to: part)
        }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Demean.self, $0) }
}

/// `detrend`: every channel without its straight line.
public struct Detrend: Preparation {
    public static let signature = Signature(
        .preparation, "detrend", "Subtracts from each channel the straight line that fits it best (least squares).",
        example: "prepare { detrend -> normalize(std) }")
    public static let isLevelling = true

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {}
    public var statement: String { "detrend: each channel minus its least-squares line" }

    public func apply(to window: inout Window) {
        window.changeRecordedParts { part in
            let middle = Double(part.count - 1) / 2
            let mean = Stretch.mean(UnsafeBufferPointer(part))
            var slope = 0.0
            for index in part.indices { slope += (Double(index) - middle) * (Double(part[index]) - mean) }
            let count = Double(part.count)
            slope /= max(1, count * (count * count - 1) / 12)
            for index in part.indices {
                part[index] = Float(Double(part[index]) - mean - slope * (Double(index) - middle))
            }
        }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Detrend.self, $0) }
}

/// `taper`: the ends of the window fade in and out.
public struct Taper: Preparation {
    static let width = Setting<Samples>("width", "How long each end fades.", standard: 6, in: 2...1_000_000)

    public static let signature = Signature(
        .preparation, "taper",
        """
        Fades each end with half a cosine: 0.5 * (1 - cos(pi * t / (width - 1))).
        An end never takes more than half of what was recorded.
        """, [width], example: "prepare { demean -> normalize(std) -> taper(6 samples) }")
    public static let isLevelling = true

    private let width: Int
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        width = max(2, arguments[Self.width].count)
    }
    public var statement: String { "taper: half a cosine over \(width) samples at each end" }

    public func apply(to window: inout Window) {
        window.changeRecordedParts { part in
            let width = min(width, part.count / 2)
            for step in 0..<max(0, width) {
                let gain = Float(0.5 * (1 - cos(.pi * Double(step) / Double(max(1, width - 1)))))
                part[step] *= gain
                part[part.count - 1 - step] *= gain
            }
        }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Taper.self, $0) }
}

/// `normalize`: windows of one size, however large the ground motion was.
public struct Normalize: Preparation {
    enum Measure: String, Word { case std, peak }
    enum Scope: String, Word { case channel, window }

    static let by = Setting<Measure>(
        "by", "The standard deviation about the mean (population), or the largest magnitude.", standard: .std)
    static let each = Setting<Scope>(
        "each", "A scale for each channel, or one for the window, which keeps the channels' proportions.",
        standard: .channel)

    public static let signature = Signature(
        .preparation, "normalize",
        """
        Divides by the standard deviation or by the peak; the mean stays (see demean).
        A channel (or window) that does not move stays as it is. EQTransformer as published has one scale for each \
        channel, SeisBench's has one for the window: a network taught with one does not fit the other.
        """, [by, each], example: "prepare { demean -> normalize(std, each: channel) }")
    public static let isLevelling = true
    public static let takes: Set<SampleKind> = [.seismogram, .picture]

    private let by: Measure
    private let each: Scope
    /// Whether a deviation is taken over one sample less, which is what PyTorch calls `std`.
    private var isOverOneLess = false
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        by = arguments[Self.by]
        each = arguments[Self.each]
    }
    public var statement: String {
        let size = by == .std ? "population standard deviation" : "largest magnitude"
        return "normalize: divided by the \(size) of \(each == .channel ? "each channel" : "all channels together")"
    }

    public func apply(to window: inout Window) {
        let sizes = window.samples.map { size(of: $0[window.valid]) }
        switch each {
        case .channel: scale(&window, by: sizes.map { $0 * widening(over: window.valid.count) })
        case .window:
            let size = joint(sizes, of: window) * widening(over: window.valid.count * sizes.count)
            scale(&window, by: sizes.map { _ in size })
        }
    }

    /// The same with PyTorch's deviation: SeisBench scales by it what it annotates.
    func overOneLess() -> Normalize {
        var same = self
        same.isOverOneLess = true
        return same
    }

    /// What makes a deviation over so many numbers one over one less.
    private func widening(over count: Int) -> Double {
        isOverOneLess && by == .std && count > 1 ? (Double(count) / Double(count - 1)).squareRoot() : 1
    }

    private func size(of part: ArraySlice<Float>) -> Double {
        switch by {
        case .peak: Double(part.largestMagnitude)
        case .std: part.deviation
        }
    }

    /// One size of all channels: the highest peak, or the deviation from their common mean.
    private func joint(_ sizes: [Double], of window: Window) -> Double {
        guard by == .std, !sizes.isEmpty else { return sizes.max() ?? 0 }
        let means = window.samples.map { $0[window.valid].mean }
        let mean = means.reduce(0, +) / Double(means.count)
        let squares = zip(sizes, means).reduce(0) { $0 + $1.0 * $1.0 + ($1.1 - mean) * ($1.1 - mean) }
        return (squares / Double(sizes.count)).squareRoot()
    }

    private func scale(_ window: inout Window, by sizes: [Double]) {
        for (channel, size) in sizes.enumerated() where size > 0 {
            window.samples[channel].change(window.valid) { Stretch.divide($0, by: size) }
        }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Normalize.self, $0) }
}

import GraphIR

/// `bandpass`: what lies between two frequencies.
public struct Bandpass: Preparation {
    static let low = Setting<Hertz>("low", "The lower corner.", in: 0...1e6)
    static let high = Setting<Hertz>("high", "The upper corner.", in: 0...1e6)

    public static let signature = Signature(
        .preparation, "bandpass",
        "Keeps what lies between two corners with a Butterworth filter.\n" + FilterPass.explanation,
        [low, high, FilterPass.corners, FilterPass.zeroPhase],
        example: "prepare { demean -> bandpass(1 Hz, 45 Hz, corners: 2, zero_phase: true) -> normalize(std) }")

    private let low: Double
    private let high: Double
    private let pass: FilterPass
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        low = arguments[Self.low].number
        high = arguments[Self.high].number
        pass = FilterPass(arguments)
        guard low < high else { throw Complaint(.argument("high"), "the band from \(low) to \(high) Hz is empty") }
        try FilterPass.check(low, "low", window)
        try FilterPass.check(high, "high", window)
    }
    public var statement: String { "bandpass: \(low) to \(high) Hz, \(pass.statement)" }
    public func apply(to window: inout Window) throws { try pass.run(.between(low, high), on: &window) }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Bandpass.self, $0) }
}

/// `highpass`: what lies above a frequency.
public struct Highpass: Preparation {
    static let corner = Setting<Hertz>("corner", "The corner.", in: 0...1e6)

    public static let signature = Signature(
        .preparation, "highpass",
        "Keeps what lies above a corner with a Butterworth filter.\n" + FilterPass.explanation,
        [corner, FilterPass.corners, FilterPass.zeroPhase], example: "prepare { demean -> highpass(1 Hz) }")

    private let corner: Double
    private let pass: FilterPass
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        corner = arguments[Self.corner].number
        pass = FilterPass(arguments)
        try FilterPass.check(corner, "corner", window)
    }
    public var statement: String { "highpass: above \(corner) Hz, \(pass.statement)" }
    public func apply(to window: inout Window) throws { try pass.run(.above(corner), on: &window) }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Highpass.self, $0) }
}

/// `lowpass`: what lies below a frequency.
public struct Lowpass: Preparation {
    static let corner = Setting<Hertz>("corner", "The corner.", in: 0...1e6)

    public static let signature = Signature(
        .preparation, "lowpass",
        "Keeps what lies below a corner with a Butterworth filter.\n" + FilterPass.explanation,
        [corner, FilterPass.corners, FilterPass.zeroPhase], example: "prepare { demean -> lowpass(20 Hz) }")

    private let corner: Double
    private let pass: FilterPass
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        corner = arguments[Self.corner].number
        pass = FilterPass(arguments)
        try FilterPass.check(corner, "corner", window)
    }
    public var statement: String { "lowpass: below \(corner) Hz, \(pass.statement)" }
    public func apply(to window: inout Window) throws { try pass.run(.below(corner), on: &window) }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Lowpass.self, $0) }
}

/// How a Butterworth filter is run: what the three filters share.
struct FilterPass: Hashable, Sendable {
    static let corners = Setting<Int>(
        "corners", "Poles at each corner: the filter's order, as ObsPy counts.", standard: 4, in: 1...12)
    static let zeroPhase = Setting<Bool>(
        "zero_phase", "Also runs backwards: arrivals keep their time, and energy appears before them.",
        standard: false)
    static let explanation = """
        One pass delays what it lets through; with zero_phase it runs forwards and backwards, which doubles the \
        attenuation. It starts from rest: take the mean away before. ObsPy's filters of the same names agree.
        """

    var corners: Int
    var zeroPhase: Bool
    init(_ arguments: Arguments) {
        corners = max(1, min(12, arguments[Self.corners]))
        zeroPhase = arguments[Self.zeroPhase]
    }
    var statement: String {
        "Butterworth, \(corners) \(corners == 1 ? "corner" : "corners"), \(zeroPhase ? "zero phase" : "one pass")"
    }

    static func check(_ corner: Double, _ argument: String, _ window: TensorType) throws(Complaint) {
        guard corner > 0 else { throw Complaint(.argument(argument), "a corner must lie above 0 Hz") }
        if let rate = window.rate, corner >= rate / 2 {
            let below = (rate * 45).rounded() / 100
            throw Complaint(
                .argument(argument), "\(corner) Hz is not below \(rate / 2) Hz, half of the window's \(rate) Hz",
                help: "nothing above half the rate is left in a window", instead: "\(below) Hz")
        }
    }

    func run(_ band: Butterworth.Band, on window: inout Window) throws {
        let highest =
            switch band {
            case .below(let corner), .above(let corner): corner
            case .between(_, let high): high
            }
        guard highest < window.rate / 2 else {
            throw PreparationError(
                "a corner of \(highest) Hz is not below half of the trace's \(window.rate) Hz",
                help: "resample before filtering, or lower the corner")
        }
        let filter = Butterworth(band, corners: corners, rate: window.rate)
        for channel in window.samples.indices {
            if zeroPhase {
                filter.filterZeroPhase(&window.samples[channel])
            } else {
                filter.filter(&window.samples[channel])
            }
        }
    }
}

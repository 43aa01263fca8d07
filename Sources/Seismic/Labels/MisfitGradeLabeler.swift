import GraphIR

/// `misfit_grade`: how well a synthetic record fits the observed one.
public struct MisfitGradeLabeler: Labeler {
    static let limits = Setting<[Double]>(
        "limits", "Where one grade ends and the next begins, ascending.",
        standard: [1.1, 1.2, 1.3], in: 0...10)
    static let low = Setting<Hertz>("low", "The lowest frequency looked at.", standard: 0.004, in: 1e-6...1e6)
    static let high = Setting<Hertz>("high", "The highest.", standard: 0.02, in: 1e-6...1e6)

    public static let signature = Signature(
        .labeler, "misfit_grade",
        """
        The grade of a pair of records by the sum of its envelope and phase misfit (Kristekova et al. 2006).
        Grade I lies below the first limit, II below the second, and so on. An output with as many classes as limits \
        takes no part in what lies beyond the last limit: such pairs teach nothing; with one class more they are its \
        last. The first channel is the observed record, the second the synthetic one, which is compared with it. \
        Columns trace_envelope_misfit and trace_phase_misfit are believed where a dataset has them.
        """, [limits, low, high],
        example: "learn grade from misfit_grade(limits: [1.1, 1.2, 1.3]) loss cross_entropy")

    private let limits: [Double]
    private let classes: Int
    private let band: (low: Double, high: Double)
    public let label: Shape
    public var meaning: Meaning {
        let names = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
        return .classes((0..<classes).map { $0 < names.count ? names[$0] : "\($0 + 1)" })
    }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        limits = arguments[Self.limits]
        band = (arguments[Self.low].number, arguments[Self.high].number)
        guard !limits.isEmpty, limits == limits.sorted(), Set(limits).count == limits.count else {
            throw Complaint(.argument("limits"), "the limits must ascend")
        }
        guard band.low < band.high else { throw Complaint(.argument("high"), "the band is empty") }
        if let rate = window.rate, band.high >= rate / 2 {
            throw Complaint(.argument("high"), "\(band.high) Hz is not below half of the window's \(rate) Hz")
        }
        guard window.shape.channels.compare(2) != .different else {
            throw Complaint(
                .input(0, axis: 0),
                "misfit_grade compares an observed with a synthetic record, but the window has "
                    + "\(window.shape.channels) channels")
        }
        let wanted = output.shape.rank == 1 ? output.shape[0].number : nil
        classes = wanted == limits.count ? limits.count : limits.count + 1
        label = try oneHotShape(of: "misfit_grade", classes: classes, output: output)
    }

    public func label(for window: Window) -> Label {
        guard let misfit = stated(window) ?? measured(window) else { return Label(oneHot: nil, of: classes) }
        let grade = limits.firstIndex { misfit < $0 } ?? limits.count
        return Label(oneHot: grade < classes ? grade : nil, of: classes)
    }

    private func stated(_ window: Window) -> Double? {
        guard let envelope = window.metadata.double("trace_envelope_misfit"),
            let phase = window.metadata.double("trace_phase_misfit")
        else { return nil }
        return envelope + phase
    }

    private func measured(_ window: Window) -> Double? {
        guard window.samples.count == 2, band.high < window.rate / 2, window.length > 1 else { return nil }
        let misfit = Misfit(length: window.length, rate: window.rate, low: band.low, high: band.high)
        return misfit.of(window.samples[1], reference: window.samples[0]).sum
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(MisfitGradeLabeler.self, $0)
    }
}

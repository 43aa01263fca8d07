import Datasets
import GraphIR

/// `resize`: pictures of any size become those that the network takes.
public struct Resize: Preparation {
    enum Keep: String, Word { case all, middle }

    static let height = Setting<Int?>(
        "height", "Rows; `none`: as many as the network takes.", standard: Int?.none, in: 1...8192)
    static let width = Setting<Int?>(
        "width", "Columns; `none`: as many as the network takes.", standard: Int?.none, in: 1...8192)
    static let keep = Setting<Keep>(
        "keep",
        "`all`: the whole picture, stretched where its proportions are others. `middle`: in its proportions, and what "
            + "is too much at two sides is cut away.", standard: .all)

    public static let signature = Signature(
        .preparation, "resize",
        """
        Brings a picture to another size. A new pixel is a mean over the old ones that it covers, weighted by a \
        triangle; where a picture grows, it lies between its nearest ones. So does Pillow's BILINEAR.
        """, [height, width, keep], example: "prepare { resize(256, 256, keep: middle) -> crop -> standardize }")
    public static let takes: Set<SampleKind> = [.picture]

    private let wanted: Plane
    private let keep: Keep

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        let own = try PictureShape(window, of: "resize").plane
        wanted = Plane(height: arguments[Self.height] ?? own.height, width: arguments[Self.width] ?? own.width)
        keep = arguments[Self.keep]
    }

    /// The whole picture, to a size of one's own.
    init(to plane: Plane) { (wanted, keep) = (plane, .all) }

    public var statement: String {
        "resize: to \(wanted)" + (keep == .middle ? ", in its proportions, the middle of it" : "")
    }

    public func apply(to window: inout Window) {
        guard let plane = window.plane, plane.count > 0, plane != wanted else { return }
        if keep == .middle {
            // What is cut away is cut before, so that nothing is worked out in vain.
            let scale = min(
                Double(plane.width) / Double(wanted.width), Double(plane.height) / Double(wanted.height))
            let part = Plane(
                height: max(1, min(plane.height, Int((Double(wanted.height) * scale).rounded()))),
                width: max(1, min(plane.width, Int((Double(wanted.width) * scale).rounded()))))
            window.cut(part, row: (plane.height - part.height) / 2, column: (plane.width - part.width) / 2)
        }
        guard let plane = window.plane else { return }
        let across = Taps(from: plane.width, to: wanted.width), down = Taps(from: plane.height, to: wanted.height)
        let samples = window.samples.map { channel in
            down.columns(across.rows(channel, height: plane.height), width: wanted.width)
        }
        window.replace(samples, plane: wanted)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Resize.self, $0) }
}

/// Which old numbers a new one is made of, and with what weights.
private struct Taps {
    private let count: Int
    private let firsts: [Int]
    private let weights: [[Float]]

    init(from old: Int, to new: Int) {
        count = old
        let scale = Double(old) / Double(new)
        let reach = max(1, scale)
        var firsts: [Int] = []
        var weights: [[Float]] = []
        for index in 0..<new {
            let centre = (Double(index) + 0.5) * scale
            let first = max(0, Int(centre - reach + 0.5)), end = min(old, Int(centre + reach + 0.5))
            let raw = (first..<max(first + 1, end)).map { place in
                max(0, 1 - abs(Double(place) - centre + 0.5) / reach)
            }
            let sum = raw.reduce(0, +)
            firsts.append(min(first, old - 1))
            weights.append(raw.map { Float(sum > 0 ? $0 / sum : 1 / Double(raw.count)) })
        }
        self.firsts = firsts
        self.weights = weights
    }

    /// Every row of a plane at its new width.
    func rows(_ plane: [Float], height: Int) -> [Float] {
        var out: [Float] = []
        out.reserveCapacity(height * firsts.count)
        for row in 0..<height {
            for (first, weights) in zip(firsts, weights) {
                var sum: Float = 0
                for (step, weight) in weights.enumerated() { sum += weight * plane[row * count + first + step] }
                out.append(sum)
            }
        }
        return out
    }

    /// Every column of a plane at its new height.
    func columns(_ plane: [Float], width: Int) -> [Float] {
        var out = [Float](repeating: 0, count: firsts.count * width)
        for (row, (first, weights)) in zip(firsts, weights).enumerated() {
            for (step, weight) in weights.enumerated() {
                for column in 0..<width { out[row * width + column] += weight * plane[(first + step) * width + column] }
            }
        }
        return out
    }
}

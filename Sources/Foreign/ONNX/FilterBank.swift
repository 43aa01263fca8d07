import Foundation
import GraphIR

/// A `log_filter_bank` as matrices: windowed cosines and sines for the lines of the spectrum, triangles for the bands.
struct FilterBank: Equatable {
    var bands: Int
    var window: Int
    var hop: Int
    var fft: Int
    /// In Hz.
    var low: Double
    var high: Double
    var rate: Double
    var isPower: Bool
    var floor: Double

    /// Where triangles begin, peak and end, in lines: each the same factor higher than the one before.
    var corners: [Double] {
        let spacing = rate / Double(fft)
        let (first, last) = (low / spacing, high / spacing)
        let ratio = log(last / first)
        let count = bands + 1
        return (0...count).map { $0 == count ? last : first * exp(ratio * Double($0) / Double(count)) }
    }

    /// The lines of the spectrum that any band looks at.
    func lines(_ corners: [Double]) -> ClosedRange<Int> {
        let first = Int(corners[0]) + 1
        return first...max(first, min(fft / 2, Int(corners[bands + 1])))
    }

    /// How high the triangle of a band stands at a line.
    static func height(_ corners: [Double], _ band: Int, _ line: Int) -> Float {
        let at = Double(line)
        let rise = (at - corners[band]) / (corners[band + 1] - corners[band])
        let fall = (corners[band + 2] - at) / (corners[band + 2] - corners[band + 1])
        return Float(max(0, min(rise, fall)))
    }

    /// Band by band, the triangle's height at every line.
    func triangles() -> [Float] {
        let corners = corners
        let lines = lines(corners)
        return (0..<bands).flatMap { band in lines.map { FilterBank.height(corners, band, $0) } }
    }

    func hamming(_ sample: Int) -> Double {
        0.54 - 0.46 * cos(2 * Double.pi * Double(sample) / Double(max(1, window - 1)))
    }

    /// Line by line, the window times a cosine, or a sine.
    func waves(isSine: Bool) -> [Float] {
        lines(corners).flatMap { line in
            (0..<window).map { sample in
                // The angle is a whole number of turns and a part: kept small, it stays exact.
                let turn = Double((line * sample) % fft) / Double(fft) * 2 * Double.pi
                return Float(hamming(sample) * (isSine ? sin(turn) : cos(turn)))
            }
        }
    }
}

extension OnnxExport {
    /// What is frozen in matrices: one convolution for cosines and one for sines, magnitudes, triangles, a logarithm.
    mutating func filterBank(_ index: Int, _ node: Node) throws(ForeignError) {
        let input = graph.nodes[node.inputs[0]].type
        guard let rate = input.rate, let channels = input.shape.channels.number else {
            throw refused(node, "its rate or its channels are open")
        }
        let window = int(node, "window", 2)
        var fft = 2
        while fft < window { fft *= 2 }
        let bank = FilterBank(
            bands: int(node, "bands", 16), window: window, hop: int(node, "hop", 1), fft: int(node, "fft", fft),
            low: number(node, "low", 0.5), high: number(node, "high", rate / 2), rate: rate,
            isPower: node.arguments["spectrum"] == .word("power"), floor: number(node, "floor", 1e-10))
        let lines = bank.lines(bank.corners).count
        let filters = Rational.product(channels, lines)
        // As many numbers as weights of a large network; a longer window would make a file that nobody wants.
        guard Rational.product(filters, window) <= 1 << 26 else {
            throw refused(node, "its waves would be \(Rational.product(filters, window)) numbers")
        }
        let attributes: [(name: String, value: OnnxModel.Attribute)] = [
            ("kernel_shape", .ints([window])), ("strides", .ints([bank.hop])), ("dilations", .ints([1])),
            ("group", .int(channels)), ("pads", .ints([0, 0])),
        ]
        var squares: [String] = []
        for (part, isSine) in [("cosines", false), ("sines", true)] {
            let waves = bank.waves(isSine: isSine)
            let all = (0..<channels).flatMap { _ in waves }
            let name = constant(node, part, all, shape: [filters, 1, window])
            let said = step("Conv", node, part + "_in", inputs(node) + [name], attributes)
            squares.append(step("Mul", node, part + "_squared", [said, said]))
        }
        var strength = step("Add", node, "power", squares)
        if !bank.isPower { strength = step("Sqrt", node, "magnitude", [strength]) }
        let triangles = bank.triangles()
        let heights = constant(
            node, "triangles", (0..<channels).flatMap { _ in triangles },
            shape: [Rational.product(channels, bank.bands), lines, 1])
        let energy = step(
            "Conv", node, "energy", [strength, heights],
            [("kernel_shape", .ints([1])), ("group", .int(channels)), ("pads", .ints([0, 0]))])
        let lifted = step("Add", node, "lifted", [energy, constant(node, "floor", [Float(bank.floor)], shape: [])])
        add("Log", name: node.path, [lifted], [results[index]])
    }

    /// A slope is a convolution of each channel with a ramp, its ends repeated.
    mutating func deltas(_ index: Int, _ node: Node) throws(ForeignError) {
        guard let channels = inputShape(node).channels.number else { throw refused(node, "its channels are open") }
        let (order, width) = (int(node, "order", 2), int(node, "width", 2))
        let ramp = Deltas.ramp(width)
        let ramps = constant(
            node, "ramp", (0..<channels).flatMap { _ in ramp }, shape: [channels, 1, ramp.count])
        let pads = constant(node, "pads", ints: [0, 0, width, 0, 0, width])
        var parts = inputs(node)
        for derivative in 1...max(1, order) {
            let padded = step(
                "Pad", node, "repeated_\(derivative)", [parts[parts.count - 1], pads], [("mode", .text("edge"))])
            parts.append(
                step(
                    "Conv", node, "slope_\(derivative)", [padded, ramps],
                    [("kernel_shape", .ints([ramp.count])), ("group", .int(channels)), ("pads", .ints([0, 0]))]))
        }
        add("Concat", name: node.path, parts, [results[index]], [("axis", .int(1))])
    }
}

/// The slope of a line fitted to the samples around.
enum Deltas {
    static func ramp(_ width: Int) -> [Float] {
        let n = Float(width)
        let norm = n * (n + 1) * (2 * n + 1) / 3
        return (-width...width).map { Float($0) / norm }
    }
}

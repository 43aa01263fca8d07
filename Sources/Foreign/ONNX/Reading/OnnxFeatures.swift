import Foundation
import GraphIR

/// Frames, bands and slopes, told from the matrices that they became.
extension OnnxBuilder {
    /// What flows, its slopes, their slopes, … side by side.
    mutating func deltas(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard node.inputs.count >= 2, node.attributes["axis"]?.int == 1 || node.attributes["axis"]?.int == -2 else {
            return nil
        }
        var width = 0
        for place in 1..<node.inputs.count {
            guard let slope = behind(node, place, "Conv"), let padded = behind(slope, 0, "Pad"),
                padded.attributes["mode"]?.text == "edge",
                canonical(padded.input(0)) == canonical(node.input(place - 1)),
                let ramps = numbers(slope, 1), ramps.shape.count == 3, ramps.shape[1] == 1, ramps.shape[2] % 2 == 1,
                slope.inputs.count == 2, slope.attributes["group"]?.int == ramps.shape[0]
            else { return nil }
            width = ramps.shape[2] / 2
            let ramp = Deltas.ramp(max(1, width))
            guard width >= 1, width <= 1000, numbers(padded, 1)?.ints == [0, 0, width, 0, 0, width],
                (slope.attributes["strides"]?.ints ?? [1]) == [1],
                (slope.attributes["pads"]?.ints ?? [0, 0]) == [0, 0],
                ramps.values.indices.allSatisfy({ abs(ramps.values[$0] - ramp[$0 % ramp.count]) < 1e-6 })
            else { return nil }
        }
        let ref = try settled(node, 0)
        guard ref.form == OnnxBuilder.plain(3), let channels = shapes[ref.layer][0] else { return nil }
        var said: [ForeignLayer.Argument] = [.init(nil, String(node.inputs.count - 1))]
        if width != 2 { said.append(.init("width", String(width))) }
        let shape = [Rational.product(channels, node.inputs.count), shapes[ref.layer][1]]
        return add(node, "deltas", said, to: [ref.layer], shape: shape)
    }

    /// The matrices of a filter bank, from its logarithm back.
    private struct Bank {
        var input: String
        var cosines: OnnxTensor
        var triangles: OnnxTensor
        var floor: Float
        var hop: Int
        var isPower: Bool
        var groups: Int
    }

    private func bank(_ node: OnnxFile.Node) -> Bank? {
        guard let lifted = behind(node, 0, "Add"), let (floor, energy) = split(lifted), floor.isScalar,
            let summed = behind(energy, "Conv"), let triangles = numbers(summed, 1), triangles.shape.count == 3
        else { return nil }
        var power = canonical(summed.input(0))
        let root = behind(power, "Sqrt")
        if let root { power = canonical(root.input(0)) }
        guard let both = behind(power, "Add"), both.inputs.count == 2 else { return nil }
        var waves: [OnnxFile.Node] = []
        for place in 0..<2 {
            guard let square = behind(both, place, "Mul"), canonical(square.input(0)) == canonical(square.input(1)),
                let conv = behind(square, 0, "Conv")
            else { return nil }
            waves.append(conv)
        }
        guard let cosines = numbers(waves[0], 1), cosines.shape.count == 3, cosines.shape[1] == 1,
            cosines.shape[2] >= 3,
            canonical(waves[0].input(0)) == canonical(waves[1].input(0)),
            let groups = waves[0].attributes["group"]?.int,
            groups > 0, cosines.shape[0] % groups == 0, triangles.shape[0] % groups == 0, triangles.shape[2] == 1,
            triangles.shape[1] == cosines.shape[0] / groups, let hop = waves[0].attributes["strides"]?.ints.first
        else { return nil }
        return Bank(
            input: canonical(waves[0].input(0)), cosines: cosines, triangles: triangles, floor: floor.values[0],
            hop: hop,
            isPower: root == nil, groups: groups)
    }

    /// The settings are worked out from the matrices, and believed if they make the same matrices again.
    mutating func filterBank(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard let bank = bank(node) else { return nil }
        let ref = try settled(to: bank.input)
        guard ref.form == OnnxBuilder.plain(3), shapes[ref.layer][0] == bank.groups else { return nil }
        guard let rate = rate else {
            throw refused(
                node, "it is a log_filter_bank, whose bands are frequencies, and no graph tells its sampling rate",
                help: "--rate HZ says it")
        }
        guard let made = settings(bank, rate: rate) else {
            throw refused(node, "it is the logarithm of bands that are none of log_filter_bank's")
        }
        var said: [ForeignLayer.Argument] = [
            .init("bands", String(made.bands)), .init("window", "\(made.window) samples"),
            .init("hop", "\(made.hop) samples"), .init("fft", String(made.fft)),
        ]
        if made.low != 0.5 { said.append(.init("low", "\(made.low) Hz")) }
        if made.high != rate / 2 { said.append(.init("high", "\(made.high) Hz")) }
        if made.isPower { said.append(.init("spectrum", "power")) }
        if made.floor != 1e-10 { said.append(.init("floor", KerasBuilder.text(made.floor))) }
        let time = shapes[ref.layer][1].map { $0 < made.window ? 0 : ($0 - made.window) / made.hop + 1 }
        let shape = [Rational.product(bank.groups, made.bands), time]
        return add(node, "log_filter_bank", said, to: [ref.layer], shape: shape)
    }

    private func settings(_ bank: Bank, rate: Double) -> FilterBank? {
        let lines = bank.triangles.shape[1]
        let bands = bank.triangles.shape[0] / bank.groups
        let window = bank.cosines.shape[2]
        guard bands >= 1, lines >= 1, bank.hop >= 1, let fft = transform(bank, lines: lines, window: window),
            let first = firstLine(bank, window: window, fft: fft),
            let corners = corners(bank, bands: bands, lines: lines, first: first)
        else { return nil }
        let spacing = rate / Double(fft)
        let ends = (corners.low * spacing, corners.high * spacing)
        var result = FilterBank(
            bands: bands, window: window, hop: bank.hop, fft: fft, low: ends.0, high: ends.1, rate: rate,
            isPower: bank.isPower, floor: KerasBuilder.short(Double(bank.floor)))
        for (low, high) in [
            (0.5, rate / 2), (KerasBuilder.snapped(ends.0, within: 1e-3), rate / 2),
            (KerasBuilder.snapped(ends.0, within: 1e-3), KerasBuilder.snapped(ends.1, within: 1e-4)), ends,
        ]
        where low > 0 && high > low && high <= rate / 2 {
            (result.low, result.high) = (low, high)
            if isMade(by: result, bank, lines: lines, first: first) { return result }
        }
        return nil
    }

    /// Whether settings make the matrices that are there.
    private func isMade(by made: FilterBank, _ bank: Bank, lines: Int, first: Int) -> Bool {
        let range = made.lines(made.corners)
        guard range.count == lines, range.lowerBound == first else { return false }
        func isSame(_ wanted: [Float], _ there: [Float], _ tolerance: Float) -> Bool {
            !wanted.isEmpty && there.indices.allSatisfy { abs(there[$0] - wanted[$0 % wanted.count]) <= tolerance }
        }
        return isSame(made.triangles(), bank.triangles.values, 1e-5)
            && isSame(made.waves(isSine: false), bank.cosines.values, 1e-5)
    }

    /// The angle of a line from one sample to the next, in turns.
    private func turn(_ bank: Bank, _ line: Int, _ window: Int) -> Double {
        let hamming = 0.54 - 0.46 * cos(2 * Double.pi / Double(max(1, window - 1)))
        let cosine = Double(bank.cosines.values[line * window + 1]) / hamming
        return acos(max(-1, min(1, cosine))) / (2 * Double.pi)
    }

    /// Points of the transform: a power of two, so that the last line lies at a whole number of them.
    private func transform(_ bank: Bank, lines: Int, window: Int) -> Int? {
        var fft = 2
        while fft < window { fft *= 2 }
        let (first, last) = (turn(bank, 0, window), turn(bank, lines - 1, window))
        while fft <= 1 << 20 {
            let span = (last - first) * Double(fft)
            if abs(span - Double(lines - 1)) < 0.25,
                lines > 1 || abs(first * Double(fft) - (first * Double(fft)).rounded()) < 0.05
            {
                return fft
            }
            fft *= 2
        }
        return nil
    }

    private func firstLine(_ bank: Bank, window: Int, fft: Int) -> Int? {
        let line = (turn(bank, 0, window) * Double(fft)).rounded()
        return line >= 1 && line <= Double(fft / 2) ? Int(line) : nil
    }

    /// The ends of the bands in lines: the widest triangle tells where it begins and ends, and with it the factor from
    /// each corner to the next.
    private func corners(_ bank: Bank, bands: Int, lines: Int, first: Int) -> (low: Double, high: Double)? {
        let heights = bank.triangles.values[(bands - 1) * lines..<bands * lines].map(Double.init)
        let peak = heights.indices.max { heights[$0] < heights[$1] } ?? 0
        let falling = heights.indices.filter { $0 > peak && heights[$0] > 0 }
        let rising = heights.indices.filter { $0 < peak && heights[$0] > 0 }
        guard let a = rising.first, let b = rising.last, let c = falling.first, let d = falling.last, a < b, c < d
        else {
            return nil
        }
        let (up, down) = ((heights[b] - heights[a]) / Double(b - a), (heights[c] - heights[d]) / Double(d - c))
        guard up > 0, down > 0 else { return nil }
        let begin = Double(first + a) - heights[a] / up
        let end = Double(first + d) + heights[d] / down
        let middle = begin + 1 / up
        guard begin > 0, middle > begin, end > middle else { return nil }
        // The factor from the two corners that are farthest apart.
        let factor = (end / begin).squareRoot()
        return (end / pow(factor, Double(bands + 1)), end)
    }
}

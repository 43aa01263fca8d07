import GraphIR

/// What to do where a length is not the one that is wanted.
extension Elaborator {
    func advice(_ said: Dimension, axis: Int, of node: Int) -> [String] {
        let size = nodes[node].type.shape[axis]
        guard let lengths = Multiple(of: [said, size]) else { return rounding(said, size, axis: axis, of: node) }
        guard said.number == lengths.short else { return lengths.lengthening }
        return [
            "\(lengths.long) is \(lengths.ratio) times \(lengths.short): an 'upsample' makes it too long, or a "
                + "'max_pool(\(lengths.ratio))' or a stride of \(lengths.ratio) is missing"
        ]
    }

    func lengthening(_ sizes: [Dimension]) -> [String] { Multiple(of: sizes)?.lengthening ?? [] }

    /// Lengths of which one is several times the other were pooled and not brought back: to cut the longer one would
    /// throw away most of the record.
    private struct Multiple {
        let short, long: Int
        var ratio: Int { long / short }

        init?(of sizes: [Dimension]) {
            let lengths = sizes.compactMap(\.number)
            guard let short = lengths.min(), let long = lengths.max(), short > 0, long.isMultiple(of: short),
                (2...4096).contains(long / short)
            else { return nil }
            (self.short, self.long) = (short, long)
        }

        var lengthening: [String] {
            [
                "\(long) is \(ratio) times \(short): 'upsample(\(ratio))' makes it as long again; a decoder goes back "
                    + "through an encoder's stages in 'for … in reversed(…)', with an 'upsample(2)' for every "
                    + "'max_pool(2)'"
            ]
        }
    }

    /// The stage that brings a length back which was pooled away: behind the stage that made it short, if that is one
    /// of this value, else behind what flows in.
    func lengthening(_ value: Expression, to said: Dimension, of node: Int) -> Diagnostic.Fix? {
        let shape = nodes[node].type.shape
        guard let lengths = Multiple(of: [said, shape[shape.rank - 1]]), said.number == lengths.long,
            let birth = births(ofAxis: shape.rank - 1, at: node).first
        else { return nil }
        let shortener = nodes[birth.node].place
        var end = value.place.end
        if case .pipeline(let head, let stages) = value.kind {
            let stage = stages.first {
                $0.place.file == shortener.file && $0.place.start <= shortener.start && shortener.end <= $0.place.end
            }
            end = stage?.place.end ?? head.place.end
        }
        let stage = "upsample(\(lengths.ratio))"
        let place = Place(file: value.place.file, start: end, end: end)
        return Diagnostic.Fix("bring the length back with '\(stage)'", [.init(place, " -> " + stage)])
    }

    /// A length that came back a little longer was rounded up on its way, where it could not be divided: said is which
    /// layer did it, and what takes the rest away.
    private func rounding(_ said: Dimension, _ size: Dimension, axis: Int, of node: Int) -> [String] {
        guard let wanted = said.number, let length = size.number, wanted > 0, length > wanted,
            length - wanted < wanted / 4
        else { return [] }
        let sizes = births(ofAxis: axis, at: node).reversed()
        for (before, after) in zip(sizes, sizes.dropFirst()) {
            guard let from = before.size.number, let to = after.size.number, to > 0, to < from else { continue }
            let factor = (from + to - 1) / to
            guard factor > 1, !from.isMultiple(of: factor), (from + factor - 1) / factor == to else { continue }
            return [
                "'\(nodes[after.node].kind)' on \(line(of: nodes[after.node].place)) makes \(to) of \(from), which is "
                    + "no multiple of \(factor): \(to) x \(factor) is \(to * factor); 'crop(to: \(wanted))' at the end "
                    + "cuts what is too much, or choose a factor that divides \(from)"
            ]
        }
        return []
    }
}

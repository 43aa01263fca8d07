import Files
import GraphIR

/// Weights that do not fit a network: every array that is missing, too much or of another shape.
public struct WeightMismatch: PlainError, Hashable, Sendable, CustomStringConvertible {
    public var status: ExitStatus { .badData }
    public var missing: [String]
    public var unknown: [String]
    public var differing: [String]

    public var description: String {
        var lines: [String] = []
        for (names, says) in [
            (missing, "missing"), (unknown, "not part of this network"), (differing, "of another shape"),
        ] where !names.isEmpty {
            let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
            lines.append("\(names.count) \(says): \(shown)")
        }
        return "the weights do not fit: " + lines.joined(separator: "; ")
    }
}

extension Weights {
    /// The weights as a file's content.
    public func safetensors(metadata: [(key: String, value: String)] = []) -> Safetensors {
        Safetensors(
            entries: layout.entries.map {
                Safetensors.Entry($0.name, shape: $0.shape, values: Array(values[$0.range]))
            }, metadata: metadata)
    }

    /// Takes every array from a file's content; all must be there, in the right shape, and nothing else.
    public init(_ file: Safetensors, layout: WeightLayout) throws(WeightMismatch) {
        self.init(zerosIn: layout)
        var problems = WeightMismatch(missing: [], unknown: [], differing: [])
        var found: [String: Safetensors.Entry] = [:]
        for entry in file.entries { found[entry.name] = entry }
        for entry in layout.entries {
            guard let stored = found.removeValue(forKey: entry.name) else {
                problems.missing.append(entry.name)
                continue
            }
            if stored.shape == entry.shape {
                values.replaceSubrange(entry.range, with: stored.values)
            } else {
                problems.differing.append("\(entry.name) \(stored.shape) instead of \(entry.shape)")
            }
        }
        problems.unknown = file.entries.map(\.name).filter { found[$0] != nil }
        if !(problems.missing + problems.unknown + problems.differing).isEmpty { throw problems }
    }
}

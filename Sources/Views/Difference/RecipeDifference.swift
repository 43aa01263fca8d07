import GraphIR

/// One thing that two files say differently of how a network learns.
public struct RecipeDifference: Hashable, Sendable {
    /// `train.epochs`, `learn p`, `prepare`.
    public var what: String
    /// `nil`: not said at all.
    public var a: String?
    public var b: String?
    public init(what: String, a: String?, b: String?) {
        self.what = what
        self.a = a
        self.b = b
    }

    /// Everything that differs, in the order of a file.
    public static func all(_ a: Recipe?, _ b: Recipe?) -> [RecipeDifference] {
        var found: [RecipeDifference] = []
        func compare(_ what: String, _ x: String?, _ y: String?) {
            if x != y { found.append(RecipeDifference(what: what, a: x, b: y)) }
        }
        var outputs = (a?.lessons ?? []).map(\.output)
        outputs += (b?.lessons ?? []).map(\.output).filter { output in !outputs.contains(output) }
        for output in outputs {
            compare("learn \(output)", a?.lesson(for: output), b?.lesson(for: output))
        }
        compare("prepare", a?.preparations.chain, b?.preparations.chain)
        compare("augment", a?.augmentations.chain, b?.augmentations.chain)
        var settings = (a?.training.entries ?? []).map(\.name)
        settings += (b?.training.entries ?? []).map(\.name).filter { name in !settings.contains(name) }
        for setting in settings {
            compare(
                "train.\(setting)", a?.training[setting]?.description, b?.training[setting]?.description)
        }
        return found
    }
}

extension Recipe {
    fileprivate func lesson(for output: String) -> String? {
        lessons.first { $0.output == output }.map { "from \($0.labeler) loss \($0.loss) weight \($0.weight)" }
    }
}

extension [PluginCall] {
    fileprivate var chain: String? { isEmpty ? nil : map(\.description).joined(separator: " -> ") }
}

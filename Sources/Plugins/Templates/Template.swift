/// The example that `strata plugin new NAME` writes: a whole plugin, small enough to read in a minute, which keeps
/// every law as it comes. A kind more is a file more here and a name more in `all`.
public struct PluginTemplate: Sendable {
    /// What `--kind` calls it.
    public let kind: String
    /// `swift`, or `c`.
    public let language: String
    /// The source, with NAME for its name in the language and TYPE for its type's.
    private let text: String

    init(_ kind: String, language: String = "swift", _ text: String) {
        (self.kind, self.language, self.text) = (kind, language, text)
    }

    public static let all: [PluginTemplate] = [
        .layer, .layerInC, .activation, .loss, .labeler, .preparation, .augmentation, .optimizer, .schedule, .metric,
        .report,
    ]
    /// Each kind once, in the order in which they are told.
    public static var kinds: [String] {
        all.map(\.kind).reduce(into: []) { kinds, kind in if !kinds.contains(kind) { kinds.append(kind) } }
    }

    public static func find(kind: String, language: String) -> PluginTemplate? {
        all.first { $0.kind == kind && $0.language == language }
    }

    public func source(name: String) -> String {
        text.replacing("TYPE", with: Self.typeName(of: name)).replacing("NAME", with: name)
    }

    /// `ricker_wavelet` as `RickerWavelet`.
    public static func typeName(of name: String) -> String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// Whether the language can name a plugin so: snake_case, a letter first.
    public static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, ("a"..."z").contains(Character(Unicode.Scalar(first))) else { return false }
        return name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
    }
}

/// Something in which a file and a network differ although their weights fit.
public struct SettingDifference: Hashable, Sendable {
    /// What `--accept` calls it: `epsilon`, `recurrent_activation`.
    public var name: String
    /// Where, in the network's words.
    public var place: String
    public var inFile: String
    public var inNetwork: String
    /// Only training knows it.
    public var isHarmless: Bool

    public var text: String { "\(place): \(name) is \(inFile) in the file and \(inNetwork) in the network" }
}

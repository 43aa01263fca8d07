/// The rows of a sample that is a picture: each channel holds `height` rows of `width` numbers, one behind the other.
public struct Plane: Hashable, Sendable, CustomStringConvertible {
    public var height: Int
    public var width: Int

    public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

    public var count: Int { height * width }
    public var description: String { "\(height) by \(width)" }
}

/// What one sample of a dataset is.
public enum SampleKind: String, CaseIterable, Hashable, Sendable {
    case seismogram, picture
}

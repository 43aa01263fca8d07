/// The formats that datasets can be written in.
public enum DatasetFormat: String, CaseIterable, Sendable {
    case seisbench, stead

    /// A writer into a folder, which is made if it is not there. Files in it are replaced only where that is allowed.
    public func writer(_ folder: String, overwrite: Bool = false) throws -> any DatasetWriter {
        switch self {
        case .seisbench: try SeisBenchWriter(folder, overwrite: overwrite)
        case .stead: try SteadWriter(folder, overwrite: overwrite)
        }
    }
}

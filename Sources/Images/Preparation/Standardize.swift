import Datasets
import GraphIR

/// `standardize`: each channel about its mean, in units of its deviation, the same for every picture.
public struct Standardize: Preparation {
    static let mean = Setting<[Double]>(
        "mean", "Of each channel over the training set, from 0 to 1; one number for all.",
        standard: [0.485, 0.456, 0.406], in: -100...100)
    static let deviation = Setting<[Double]>(
        "deviation", "Of each channel over the training set; one number for all.", standard: [0.229, 0.224, 0.225],
        in: 1e-6...1000)

    public static let signature = Signature(
        .preparation, "standardize",
        """
        Subtracts a mean and divides by a deviation, channel by channel: (x - mean) / deviation.
        The standard is that of ImageNet's photographs; 0.5 and 0.5 bring numbers to -1 to 1, as Inception wants them. \
        demean and normalize take each picture's own instead.
        """, [mean, deviation], example: "prepare { resize -> standardize(mean: [0.5], deviation: [0.5]) }")
    public static let isLevelling = true
    public static let takes: Set<SampleKind> = [.picture]

    private let mean: [Float]
    private let deviation: [Float]

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        let channels = try PictureShape(window, of: "standardize").channels
        mean = try Self.spread(arguments[Self.mean], Self.mean.name, channels)
        deviation = try Self.spread(arguments[Self.deviation], Self.deviation.name, channels)
    }

    private static func spread(_ values: [Double], _ name: String, _ channels: Int) throws(Complaint) -> [Float] {
        if values.count == channels { return values.map { Float($0) } }
        guard let first = values.first, values.count == 1 else {
            throw Complaint(
                .argument(name), "standardize has \(values.count) numbers, and the input has \(channels) channels",
                help: "one number for each channel, or one for all")
        }
        return [Float](repeating: Float(first), count: channels)
    }

    public var statement: String { "standardize: (x - \(mean)) / \(deviation)" }

    public func apply(to window: inout Window) {
        for channel in window.samples.indices where mean.indices.contains(channel) {
            let (mean, deviation) = (mean[channel], deviation[channel])
            for index in window.samples[channel].indices {
                window.samples[channel][index] = (window.samples[channel][index] - mean) / deviation
            }
        }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Standardize.self, $0) }
}

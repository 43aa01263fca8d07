import Files
import Foundation
import GraphIR

/// What SeisBench's `NAME.json` beside a `NAME.pt` says of its weights: what shapes do not show.
public struct SeisBenchFacts: Sendable {
    public let path: String
    public let docstring: String
    private let arguments: JSON

    /// The JSON beside a file of weights; `nil` where there is none.
    public init?(beside path: String) throws {
        let candidates = SeisBenchFacts.names(path)
        guard let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }),
            let data = FileManager.default.contents(atPath: found)
        else { return nil }
        self.path = found
        let json = try parsedJSON(Array(data), of: found)
        arguments = json["model_args"] ?? .object([])
        docstring = json["docstring"]?.string ?? ""
    }

    /// `original.pt.v3` has `original.json.v3`.
    private static func names(_ path: String) -> [String] {
        guard let range = path.range(of: ".pt", options: .backwards) else { return [] }
        return [path.replacingCharacters(in: range, with: ".json")]
    }

    /// Where its words and the network's own differ.
    public func differences(from network: Network) -> [SettingDifference] {
        var differences: [SettingDifference] = []
        func compare(_ name: String, _ said: String?, _ here: String?) {
            guard let said, let here, said != here else { return }
            differences.append(
                SettingDifference(
                    name: name, place: URL(fileURLWithPath: path).lastPathComponent, inFile: said, inNetwork: here,
                    isHarmless: false))
        }
        let rate = network.graph.inputs.first?.type.rate
        compare(
            "sampling_rate", arguments["sampling_rate"]?.double.map { KerasBuilder.text($0) },
            rate.map { KerasBuilder.text($0) })
        let preparations = network.recipe?.preparations ?? []
        let order = preparations.first { $0.name == "order" }
        compare(
            "component_order", arguments["component_order"]?.string,
            order.flatMap { if case .string(let letters) = $0.arguments["components"] { letters } else { nil } })
        // The file does not say its class; only EQTransformer has blocks of LSTM.
        let className = arguments["lstm_blocks"] == nil ? "PhaseNet" : "EQTransformer"
        let scale = arguments["norm"]?.string.map { norm in
            SeisBenchScale(
                className: className, norm: norm, isPeakOfEach: arguments["norm_amp_per_comp"]?.bool ?? false)
        }
        let here = SeisBenchScale(preparations)
        compare("norm", (here.flatMap { isSkynets(peakOf: $0) ? $0 : nil } ?? scale)?.text, here?.text)
        if scale != nil, network.recipe != nil {
            let isLevelled = preparations.contains { $0.name == "detrend" }
            compare("norm_detrend", "\(arguments["norm_detrend"]?.bool ?? false)", "\(isLevelled)")
        }
        return differences
    }

    /// Skynet's peak is that of the whole window. Its file knows no `norm_amp_per_comp`; nor do the oldest of PhaseNet,
    /// so that it is believed only where the network here divides so.
    private func isSkynets(peakOf here: SeisBenchScale) -> Bool {
        arguments["norm"]?.string == "peak" && arguments["norm_amp_per_comp"] == nil && arguments["lstm_blocks"] == nil
            && here.by == "peak" && here.each == "window"
    }
}

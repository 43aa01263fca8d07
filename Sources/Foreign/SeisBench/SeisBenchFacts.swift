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
            order?.arguments.entries.first.map { $0.value.description })
        let norm = preparations.first { $0.name == "normalize" }
        compare(
            "norm", arguments["norm"]?.string,
            norm?.arguments.entries.first.map { $0.value.description })
        return differences
    }
}

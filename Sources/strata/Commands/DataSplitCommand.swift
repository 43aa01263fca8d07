import Foundation
import GraphIR
import Seismic

/// `strata data split`: who teaches, who decides, who judges, on paper.
enum DataSplitCommand: Command {
    static let name = "data split"
    static let summary = "Divide a dataset into train, dev and test, and write it down with hashes."
    static let operands = "PATH"
    static let operandCount = 1...1
    static let options = [
        Option("--by", "UNIT", "What stays on one side: event (default), trace, station, region or time."),
        Option("--shares", "A,B,C", "Of train, dev and test (default 0.7,0.1,0.2)."),
        Option("--out", "FILE", "Where the manifest goes, .json (default: standard output)."), .seed, .skipBad, .plugin,
        .json, .overwrite,
    ]
    static let examples = [
        ("strata data split stead --by event --out stead.json", "No earthquake on two sides."),
        ("strata train eqt --data stead.json --out run", "Train on the dataset with these sides."),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let units = SplitRule.Unit.allCases.map(\.rawValue)
        let unit = SplitRule.Unit(rawValue: try call.word("--by", among: units) ?? "event") ?? .event
        var rule = SplitRule(unit, seed: UInt64(try call.int("--seed") ?? 0))
        if let text = call.value("--shares") {
            rule.shares = text.split(separator: ",").compactMap { Double($0) }
            guard rule.isComplete else {
                throw Exit(
                    .usage, "--shares takes three numbers that sum to 1, not '\(text)'", help: "--shares 0.8,0.1,0.1")
            }
        }
        let out = call.value("--out")
        if let out, !out.hasSuffix(".json") {
            throw Exit(.usage, "a manifest's name ends in .json, '\(out)' does not")
        }
        return try reporting {
            let dataset = try openDataset(
                call.operands[0], registry: PluginUse(call).registry, skippingBad: call.has(Option.skipBad.name))
            let manifest = SplitManifest(dataset, path: path(of: dataset, from: out), rule: rule)
            if let out {
                try write(manifest.json.text(indented: true) + "\n", to: out, overwrite: call.has("--overwrite"))
            }
            if call.has("--json") || out == nil {
                Terminal.print(manifest.json.text(indented: true))
            } else {
                let counts = Split.allCases.map { "\($0.rawValue) \(manifest.count($0))" }
                Terminal.print("by \(unit.rawValue): " + counts.joined(separator: ", "))
            }
            return .done
        }
    }

    /// A manifest finds its dataset again from wherever it is opened.
    private static func path(of dataset: any Dataset, from out: String?) -> String {
        out == nil ? dataset.path : DatasetPlace.absolute(dataset.path)
    }
}

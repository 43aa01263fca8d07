import Foundation
import GraphIR
import Seismic

/// `strata data split`: who teaches, who decides, who judges, on paper.
enum DataSplitCommand: Command {
    static let name = "data split"
    static let summary = "Divide a dataset into train, dev and test, and write it down with hashes."
    static let operands = "PATH"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let by = Option<SplitRule.Unit>(
            "--by", "UNIT", "What stays on one side: \(.words).", standard: .event)
        let shares = Option<[Double]>(
            "--shares", "A,B,C", "Of train, dev and test (default \(.standard)).", standard: "0.7,0.1,0.2",
            absent: SplitRule(.event).shares, read: DataSplitCommand.shares)
        let out = Option<String?>("--out", "FILE", "Where the manifest goes, .json (default: standard output).") {
            name in
            guard name.hasSuffix(".json") else {
                throw Exit(.usage, "a manifest's name ends in .json, '\(name)' does not")
            }
            return name
        }
        let seed = Option<UInt64>.seed
        let skipBad = Option<Bool>.skipBad
        let json = Option<Bool>.json
        let overwrite = Option<Bool>.overwrite
    }
    static let examples: [(line: String, says: String)] = [
        ("strata data split stead --by event --out stead.json", "No earthquake on two sides."),
        ("strata train eqt --data stead.json --out run", "Train on the dataset with these sides."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        var rule = SplitRule(call.by, seed: call.seed)
        rule.shares = call.shares
        let out = call.out
        let dataset = try openDataset(
            call.operands[0], registry: PluginUse(call.everywhere.plugin).registry, skippingBad: call.skipBad)
        let manifest = SplitManifest(dataset, path: path(of: dataset, from: out), rule: rule)
        if let out {
            try write(manifest.json.text(indented: true) + "\n", to: out, overwrite: call.overwrite)
        }
        if call.json || out == nil {
            Terminal.print(manifest.json.text(indented: true))
        } else {
            let counts = Split.allCases.map { "\($0.rawValue) \(manifest.count($0))" }
            Terminal.print("by \(call.by.rawValue): " + counts.joined(separator: ", "))
        }
        return .done
    }

    @Sendable private static func shares(_ text: String) throws -> [Double] {
        var rule = SplitRule(.event)
        rule.shares = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard rule.isComplete else {
            throw Exit(
                .usage, "--shares takes three numbers that sum to 1, not '\(text)'", help: "--shares 0.8,0.1,0.1")
        }
        return rule.shares
    }

    /// A manifest finds its dataset again from wherever it is opened.
    private static func path(of dataset: any Dataset, from out: String?) -> String {
        out == nil ? dataset.path : DatasetPlace.absolute(dataset.path)
    }
}

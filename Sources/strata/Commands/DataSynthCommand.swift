import Foundation
import GraphIR
import Seismic

/// `strata data synth`: seismograms that need no download.
enum DataSynthCommand: Command {
    static let name = "data synth"
    static let summary = "Make synthetic seismograms: earthquakes, volcano streams, record pairs, networks without end."
    static let operands = "OUT"
    static let operandCount = 1...1
    static let options = [
        Option("--traces", "N", "How many traces (default 1000)."),
        Option("--kind", "KIND", "\(SyntheticDataset.kindNames.joined(separator: ", ")) (default local)."),
        Option(
            "--samples", "N", "Samples a trace (default 6000 for local, 12000 on average for volcano, 1024 for fwi)."),
        Option("--rate", "HZ", "Samples a second (default 100; 0.569 for fwi)."),
        Option(
            "--format", "FORMAT",
            "\(DatasetFormat.allCases.map(\.rawValue).joined(separator: " or ")) (default seisbench); miniseed of "
                + "--stream."),
        Option("--stream", "A network that records without a break: miniSEED, stations, events, true picks."),
        Option("--hours", "H", "How long it records (default 2)."),
        Option("--stations", "N", "How many stations it has (default 5, 40 at most)."),
        Option("--events", "N", "Earthquakes an hour (default 12); some come seconds behind another."),
        Option("--gaps", "N", "Gaps an hour at each station (default 0)."),
        Option("--from", "TIME", "When it begins (default 2024-05-06)."),
        .seed, .threads, .json, .overwrite,
    ]
    static let examples = [
        (
            "strata data synth quakes --traces 5000 --seed 7",
            "5,000 windows of earthquakes and noise in the folder quakes."
        ),
        ("strata data synth streams --kind volcano --traces 500", "500 streams with a class for every frame."),
        (
            "strata data synth network --stream --format miniseed --hours 24 --stations 8 --gaps 1",
            "A day of eight stations, to try strata pick and strata evaluate --stream."
        ),
        ("strata train eqt --data synthetic:5000 --out run", "The same earthquakes without a file."),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        if call.has("--stream") { return try SyntheticNetworkCommand(call: call).run() }
        if let option = SyntheticNetworkCommand.options.first(where: call.has) {
            throw Exit(.usage, "\(option) is of a network that records without a break: add --stream")
        }
        var order = SyntheticDataset.Order(count: try call.int("--traces", in: 1...10_000_000) ?? 1000)
        order.kind = try call.word("--kind", among: SyntheticDataset.kindNames) ?? "local"
        order.seed = UInt64(try call.int("--seed") ?? 0)
        order.length = try call.int("--samples", in: 64...10_000_000)
        order.rate = try call.double("--rate")
        if call.value("--format") == SyntheticNetworkCommand.format {
            throw Exit(.usage, "miniSEED holds what was recorded without a break: add --stream")
        }
        let format = try call.word("--format", among: DatasetFormat.allCases.map(\.rawValue)) ?? "seisbench"
        let threads = try call.int("--threads", in: 1...1024) ?? ProcessInfo.processInfo.activeProcessorCount
        let out = call.operands[0]
        return try reporting {
            let dataset = try SyntheticDataset(order)
            guard let format = DatasetFormat(rawValue: format) else { return .usage }
            let writer = try format.writer(out, overwrite: call.has("--overwrite"))
            let start = Date()
            try dataset.write(to: writer, threads: threads)
            let rate = Double(dataset.count) / max(1e-9, Date().timeIntervalSince(start))
            if call.has("--json") {
                let answer: JSON = [
                    "path": .string(out), "traces": .int(dataset.count), "kind": .string(order.kind),
                    "seed": .string("\(order.seed)"), "format": .string(format.rawValue),
                ]
                Terminal.print(answer.text(indented: true))
            } else {
                Terminal.print("wrote \(dataset.count) traces to \(out)")
            }
            Terminal.note(String(format: "%.0f traces a second", rate))
            return .done
        }
    }
}

import Foundation
import GraphIR
import Seismic

/// `strata data synth`: seismograms that need no download.
enum DataSynthCommand: Command {
    static let name = "data synth"
    static let summary = "Make synthetic seismograms: earthquakes, volcano streams, record pairs, networks without end."
    static let operands = "OUT"
    static let operandCount = 1...1
    enum Form: String, CaseIterable { case seisbench, stead, miniseed }

    struct Options: OptionGroup {
        let traces = Option<Int>(
            "--traces", "N", "How many traces (default \(.standard)).", standard: 1000, in: 1...10_000_000)
        let kind = Option<String>("--kind", "KIND", "\(.words).", standard: "local", among: SyntheticDataset.kindNames)
        let samples = Option<Int?>(
            "--samples", "N", "Samples a trace (default 6000 for local, 12000 on average for volcano, 1024 for fwi).",
            in: 64...10_000_000)
        let rate = Option<Double?>("--rate", "HZ", "Samples a second (default 100; 0.569 for fwi).")
        let format = Option<Form?>("--format", "FORMAT", "seisbench (default) or stead; miniseed of --stream.")
        let stream = Option<Bool>(
            "--stream", "A network that records without a break: miniSEED, stations, events, true picks.")
        let continuous = SyntheticNetworkOptions()
        let seed = Option<UInt64>.seed
        let threads = Option<Int?>.threads
        let json = Option<Bool>.json
        let overwrite = Option<Bool>.overwrite
    }
    static let examples: [(line: String, says: String)] = [
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

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        if call.stream { return try SyntheticNetworkCommand(call: call).run() }
        if let option = call.continuous.firstGiven(of: { $0.all }) {
            throw Exit(.usage, "\(option) is of a network that records without a break: add --stream")
        }
        var order = SyntheticDataset.Order(count: call.traces)
        order.kind = call.kind
        order.seed = call.seed
        order.length = call.samples
        order.rate = call.rate
        let format: DatasetFormat
        switch call.format {
        case .miniseed: throw Exit(.usage, "miniSEED holds what was recorded without a break: add --stream")
        case .stead: format = .stead
        case .seisbench, nil: format = .seisbench
        }
        let threads = call.threads ?? ProcessInfo.processInfo.activeProcessorCount
        let out = call.operands[0]
        let dataset = try SyntheticDataset(order)
        let writer = try format.writer(out, overwrite: call.overwrite)
        let start = Date()
        try dataset.write(to: writer, threads: threads)
        let rate = Double(dataset.count) / max(1e-9, Date().timeIntervalSince(start))
        if call.json {
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

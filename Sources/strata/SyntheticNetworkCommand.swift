import Foundation
import GraphIR
import Seismic

/// `strata data synth OUT --stream`: a network that records without a break.
struct SyntheticNetworkCommand {
    let call: Invocation<DataSynthCommand.Options>

    func run() throws -> ExitStatus {
        if let option = call.firstGiven(of: { [$0.traces, $0.kind, $0.samples] }) {
            throw Exit(.usage, "\(option) is of windows; a stream takes --hours, --stations, --events, --gaps, --rate")
        }
        if let format = call.format, format != .miniseed {
            throw Exit(.usage, "--format takes miniseed, not '\(format.rawValue)'")
        }
        var order = SyntheticNetwork.Order()
        order.hours = call.continuous.hours
        order.stations = call.continuous.stations
        order.events = call.continuous.events
        order.gaps = call.continuous.gaps
        order.rate = call.rate ?? order.rate
        order.seed = call.seed
        order.start = call.continuous.from
        let threads = call.threads ?? ProcessInfo.processInfo.activeProcessorCount
        let out = call.operands[0]
        let begun = Date()
        let written = try SyntheticNetwork(order)
            .write(to: out, threads: threads, overwrite: call.overwrite)
        if call.json {
            let answer: JSON = [
                "path": .string(out), "stations": .int(written.stations), "events": .int(written.events),
                "arrivals": .int(written.arrivals), "faint_arrivals": .int(written.faint),
                "files": .int(written.files), "seed": .string("\(order.seed)"),
            ]
            Terminal.print(answer.text(indented: true))
        } else {
            Terminal.print(
                "wrote \(written.stations) stations, \(written.events) earthquakes, \(written.arrivals) arrivals "
                    + "(\(written.faint) more are faint) to \(out)")
            Terminal.print(
                "pick them: strata pick MODEL \(out)/waveforms --inventory \(out)/stations.xml --out picks")
        }
        let rate = Double(written.samples) / max(1e-9, Date().timeIntervalSince(begun)) / 1e6
        Terminal.note(String(format: "%.1f million samples a second", rate))
        return .done
    }
}

/// Those of `data synth` that make no sense without `--stream`.
struct SyntheticNetworkOptions: OptionGroup {
    private static let usual = SyntheticNetwork.Order()
    let hours = Option<Double>("--hours", "H", "How long it records (default \(.standard)).", standard: usual.hours)
    let stations = Option<Int>(
        "--stations", "N",
        "How many stations it has (default \(.standard), \("\(SyntheticNetwork.Order.mostStations)") at most).",
        standard: usual.stations, in: 1...SyntheticNetwork.Order.mostStations)
    let events = Option<Int>(
        "--events", "N", "Earthquakes an hour (default \(.standard)); some come seconds behind another.",
        standard: usual.events, in: 0...1000)
    let gaps = Option<Int>(
        "--gaps", "N", "Gaps an hour at each station (default \(.standard)).", standard: usual.gaps, in: 0...1000)
    let from = Option<Instant>(
        "--from", "TIME", "When it begins (default \(.standard)).", standard: "2024-05-06", absent: usual.start,
        read: Reading.time(of: "--from"))
}

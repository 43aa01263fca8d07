import Foundation
import GraphIR
import Seismic

/// `strata data synth OUT --stream`: a network that records without a break.
struct SyntheticNetworkCommand {
    let call: Invocation
    /// Those that make no sense without `--stream`.
    static let options = ["--hours", "--stations", "--events", "--gaps", "--from"]
    private static let others = ["--traces", "--kind", "--samples"]
    static let format = "miniseed"

    func run() throws -> ExitStatus {
        if let option = Self.others.first(where: call.has) {
            throw Exit(.usage, "\(option) is of windows; a stream takes --hours, --stations, --events, --gaps, --rate")
        }
        _ = try call.word("--format", among: [Self.format])
        var order = SyntheticNetwork.Order()
        order.hours = try call.double("--hours") ?? order.hours
        order.stations = try call.int("--stations", in: 1...SyntheticNetwork.Order.mostStations) ?? order.stations
        order.events = try call.int("--events", in: 0...1000) ?? order.events
        order.gaps = try call.int("--gaps", in: 0...1000) ?? order.gaps
        order.rate = try call.double("--rate") ?? order.rate
        order.seed = UInt64(try call.int("--seed") ?? 0)
        if let text = call.value("--from") {
            guard let start = Instant(text) else {
                throw Exit(.usage, "--from takes a time as 2024-05-06T07:08:09, not '\(text)'")
            }
            order.start = start
        }
        let threads = try call.int("--threads", in: 1...1024) ?? ProcessInfo.processInfo.activeProcessorCount
        let out = call.operands[0]
        return try reporting {
            let begun = Date()
            let written = try SyntheticNetwork(order)
                .write(to: out, threads: threads, overwrite: call.has("--overwrite"))
            if call.has("--json") {
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
}

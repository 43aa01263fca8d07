import Foundation
import GraphIR
import Runner
import Seismic

/// `strata pick MODEL seedlink://…`: picks as they come, a line of JSON each on standard output.
enum LivePicking {
    /// The address, where the data are one; what does not go with live records is refused by name.
    static func address(_ call: Invocation<PickCommand.Options>) throws -> String? {
        let words = call.operands.dropFirst()
        guard let address = words.first(where: SeedLinkAddress.isOne) else {
            guard !call.has(\.patience) else {
                throw Exit(.usage, "--patience is of live records, as seedlink://HOST:PORT/NET_STA sends them")
            }
            return nil
        }
        guard words.count == 1 else {
            throw Exit(.usage, "a live source stands alone", help: "pick files by themselves, each server too")
        }
        if let option = call.firstGiven(of: { [$0.curves, $0.curvesFormat, $0.views, $0.resample, $0.json] }) {
            throw Exit(
                .usage, "\(option) does not go with live records",
                help: option == "--json" ? "picks are lines of JSON already" : nil)
        }
        return address
    }

    static func run(_ call: Invocation<PickCommand.Options>, _ order: PickOrder, from address: String) throws
        -> ExitStatus
    {
        Interruption.watch()
        let model = try ModelDoor(call.model)
        let listener = LiveListener(
            pick: { Terminal.print(json($0, behind: $1).text()) }, note: { Terminal.note($0) },
            isStopped: { Interruption.isAsked })
        let summary = try pickLive(
            order, from: address, file: model.file, weights: model.weights(), notes: model.stored, listener: listener)
        for line in summary.lines { Terminal.note(line) }
        Terminal.note("\(TrainingDisplay.text(summary.seconds)) s; \(order.out)/picks.csv, \(order.out)/coverage.csv")
        if Interruption.isAsked {
            Terminal.note("interrupted; --resume goes on behind what was told")
            return .interrupted
        }
        return summary.damage.isEmpty || call.skipBad ? .done : .badData
    }

    private static func json(_ pick: StreamPick, behind: Double) -> JSON {
        func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
        return [
            "network": .string(pick.group.network), "station": .string(pick.group.station),
            "location": .string(pick.group.location), "channels": .string(pick.channels),
            "phase": .string(pick.phase), "time": .string(pick.time.description),
            "probability": .number(pick.probability), "begin": .string(pick.begin.description),
            "end": .string(pick.end.description), "time_uncertainty": number(pick.timeUncertainty),
            "probability_uncertainty": number(pick.probabilityUncertainty), "at_gap": .bool(pick.isAtGap),
            "detection": number(pick.detection), "model": .string(pick.model), "amplitude": number(pick.amplitude),
            "amplitude_unit": pick.amplitudeUnit.map { .string($0) } ?? .null, "snr": number(pick.signalToNoise),
            "behind": .number((behind * 100).rounded() / 100),
        ]
    }
}

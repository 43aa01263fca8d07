import Files
import GraphIR
import Seismic

/// `strata data read`: the segments of miniSEED and SAC files, listed or as arrays for a network.
enum DataReadCommand: Command {
    static let name = "data read"
    static let summary = "Read miniSEED and SAC files: list their segments, or write them as arrays."
    static let operands = "FILE…"
    static let operandCount = 1...Int.max
    struct Options: OptionGroup {
        let npy = Option<String?>(
            "--npy", "OUT",
            "Write the samples as float32: one array [batch, channel, time], or named ones in a .npz.")
        let skipBad = Option<Bool>("--skip-bad", "Leave bad records and files out and count them.")
        let json = Option<Bool>.json
        let overwrite = Option<Bool>.overwrite
    }
    static let examples: [(line: String, says: String)] = [
        ("strata data read day.mseed", "List the channels of a file, gap by gap."),
        ("strata data read GE.APE..HH?.mseed --npy window.npy", "Three components of a station as an input for `run`."),
        ("strata data read *.sac --json", "Names, start times, rates and picks for a script."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let segments = try read(call.operands, skippingBad: call.skipBad)
        if let out = call.npy {
            try Segment.write(segments, asArraysIn: out, overwrite: call.overwrite)
            let rounded = Segment.roundedSamples(of: segments)
            if rounded > 0 { Terminal.note("\(rounded) samples were rounded to the nearest float32") }
        }
        return try list(segments, json: call.json)
    }

    /// All segments of all files, what is bad left out and said where that is asked for.
    static func read(_ paths: [String], skippingBad: Bool) throws -> [Segment] {
        var segments: [Segment] = []
        var bad: [DataError] = []
        for path in paths {
            do throws(DataError) {
                let found = try WaveformFile.read(path, skippingBad: skippingBad)
                segments += found.segments
                bad += found.bad
                for entry in found.leftOut { Terminal.note("\(path): not read: \(entry)") }
            } catch {
                guard skippingBad, error.cause == .content else { throw error }
                bad.append(error)
            }
        }
        for error in bad { Terminal.note("left out: \(error)") }
        if !bad.isEmpty { Terminal.note("\(bad.count) bad records or files were left out") }
        guard !segments.isEmpty else {
            throw DataError(
                file: paths.joined(separator: ", "), expected: "records with samples",
                found: bad.isEmpty ? "none" : "only bad ones, left out")
        }
        return segments
    }

    static func list(_ segments: [Segment], json: Bool) throws -> ExitStatus {
        if json {
            Terminal.print(JSON.array(segments.map(\.json)).text(indented: true))
            return .done
        }
        let width = segments.map { shown($0.id).count }.max() ?? 0
        for segment in segments {
            let picks = segment.picks.map { "  \(shown($0.name)) \($0.time)" }.joined()
            let facts = "\(segment.start)  \(segment.rate) Hz  \(segment.samples.count) samples"
            Terminal.print(shown(segment.id).padded(to: width + 2) + facts + picks)
        }
        return .done
    }
}

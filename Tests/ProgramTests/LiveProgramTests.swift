import Foundation
import GraphIR
import Testing

/// `strata pick MODEL seedlink://…` as somebody types it, against a server that behaves as badly as lines do.
@Suite(.serialized) struct LiveProgramTests {
    /// Few picks: what is looked at around each takes a while where nothing is optimized.
    static func pick(_ words: String) -> String {
        PickProgramTests.pick(words).replacing("P=0.5", with: "P=0.85").replacing(" --views 0", with: "")
    }

    /// The stations of a server as an address has them.
    static func address(_ server: SeedLinkServer, scheme: String = "seedlink") -> String {
        let names = Set(server.records.map(\.name)).sorted().joined(separator: ",")
        return "\(scheme)://127.0.0.1:\(server.port)/\(names)"
    }

    /// The end of what is picked: late enough for most, and before the end of the records, so that a live night ends.
    static func end(of folder: String) throws -> String {
        let table = try String(contentsOfFile: folder + "/coverage.csv", encoding: .utf8)
        let ends = table.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)[5]
        }
        let last = try #require(ends.max())
        let time = try #require(ISO8601DateFormatter().date(from: String(last.prefix(19)) + "Z"))
        return ISO8601DateFormatter().string(from: time.addingTimeInterval(-12)).replacing("Z", with: "")
    }

    static func rows(_ path: String) throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().sorted()
    }

    static func seconds(of coverage: String) throws -> Double {
        let format = ISO8601DateFormatter()
        func time(_ text: Substring) -> Double {
            let fraction = Double("0." + text.dropFirst(20).prefix { $0.isNumber }) ?? 0
            return (format.date(from: text.prefix(19) + "Z")?.timeIntervalSince1970 ?? 0) + fraction
        }
        return try String(contentsOfFile: coverage, encoding: .utf8).split(separator: "\n").dropFirst().reduce(0) {
            let cells = $1.split(separator: ",", omittingEmptySubsequences: false)
            return $0 + time(cells[5]) - time(cells[4])
        }
    }

    /// The records that a server has, as files, picked to the same end.
    static func filed(_ program: Program, _ server: SeedLinkServer, to end: String) throws -> [Substring] {
        let data = Data(server.records.flatMap(\.bytes))
        try data.write(to: URL(fileURLWithPath: program.folder + "/sent.mseed"))
        let ending = try program.run(Self.pick("sent.mseed --overwrite --to \(end) --out filed"))
        #expect(ending.status == 0, "\(ending.errors)")
        return try rows(program.folder + "/filed/picks.csv")
    }

    static func place() throws -> (Program, String) {
        let program = try PickProgramTests.place()
        #expect(try program.run(PickProgramTests.pick("net/waveforms --out whole")).status == 0)
        return (program, try end(of: program.folder + "/whole"))
    }

    /// Cut lines, gaps, late packets and doubled ones: what is picked is what the same records in files give, in both
    /// versions, and as lines of JSON too.
    @Test(arguments: [3, 4]) func liveIsAsFromFiles(version: Int) throws {
        let (program, end) = try Self.place()
        defer { program.remove() }
        for (number, habits) in [
            SeedLinkServer.Habits(version: version),
            SeedLinkServer.Habits(version: version, cuts: [3, 20, 21, 40], doubles: 7, late: (5, 3)),
            SeedLinkServer.Habits(version: version, cuts: [30], doubles: 3, holes: 11),
        ].enumerated() {
            let server = try SeedLinkServer(folder: program.folder + "/net/waveforms", habits)
            defer { server.stop() }
            let line = Self.pick(
                "'\(Self.address(server))' --to \(end) --patience \(habits.holes > 0 ? 60 : 300) --out live\(number)")
            let ending = program.end(try program.begin("exec " + line), within: 150)
            #expect(ending.status == 0, "\(ending.errors)")
            let live = try Self.rows(program.folder + "/live\(number)/picks.csv")
            let filed = try Self.filed(program, server, to: end)
            #expect(live == filed, "habits \(number)")
            #expect(live.count > 10)
            #expect(ending.errors.contains("picks are told when"))
            let lines = ending.output.split(separator: "\n").compactMap { try? JSON(parsing: Array($0.utf8)) }
            #expect(lines.count == live.count && lines.allSatisfy { $0["behind"]?.double != nil })
            // A line that broke is taken up behind the last packet.
            let again = server.asked.filter { $0.hasPrefix("DATA ") }
            #expect(again.isEmpty == habits.cuts.isEmpty, "\(server.asked)")
            #expect(program.has("live\(number)/coverage.csv") && !program.has("live\(number)/live.json"))
        }
    }

    /// A night that is killed goes on with `--resume`: nothing is told twice, and nothing is missing.
    @Test(arguments: [SIGKILL, SIGTERM]) func killedNightsGoOn(signal: Int32) throws {
        let (program, end) = try Self.place()
        defer { program.remove() }
        var habits = SeedLinkServer.Habits(version: 4)
        habits.pause = 200_000
        let server = try SeedLinkServer(folder: program.folder + "/net/waveforms", habits)
        defer { server.stop() }
        let line = Self.pick("'\(Self.address(server))' --to \(end) --patience 300 --out live")
        let filed = try Self.filed(program, server, to: end)
        var before = filed
        // Where others keep the processors busy a kill may come when all is told already, which cuts nothing.
        for _ in 0..<5 where before.count >= filed.count {
            try? FileManager.default.removeItem(atPath: program.folder + "/live")
            let process = try program.begin("exec " + line)
            for _ in 0..<6000 where process.isRunning {
                if let rows = try? Self.rows(program.folder + "/live/picks.csv"), rows.count >= 10 { break }
                usleep(10_000)
            }
            kill(process.processIdentifier, signal)
            let ending = program.end(process)
            #expect(ending.status == (signal == SIGTERM ? 130 : -SIGKILL), "\(ending.errors)")
            before = try Self.rows(program.folder + "/live/picks.csv")
        }
        let again = program.end(try program.begin("exec " + line + " --resume"), within: 150)
        #expect(again.status == 0, "\(again.errors)")
        let live = try Self.rows(program.folder + "/live/picks.csv")
        #expect(live == filed)
        #expect(before.count < live.count)
        // Every second of both sessions is accounted for, once.
        let whole = try Self.seconds(of: program.folder + "/filed/coverage.csv")
        #expect(abs(try Self.seconds(of: program.folder + "/live/coverage.csv") - whole) < 1)
        let other = try program.run(line.replacing("P=0.85", with: "P=0.86") + " --resume")
        #expect(other.status != 0 || !program.has("live/live.json"))
    }

    @Test func whatIsWrongIsSaid() throws {
        let (program, _) = try Self.place()
        defer { program.remove() }
        let server = try SeedLinkServer(folder: program.folder + "/net/waveforms")
        defer { server.stop() }
        let here = "seedlink://127.0.0.1:\(server.port)"
        let quiet = try SeedLinkServer(folder: program.folder + "/net/waveforms")
        quiet.stop()
        for (words, status, says) in [
            ("\(here)/XX_NOPE", 65, "it has none of the stations"),
            ("seedlink://127.0.0.1:\(quiet.port)/XX_A", 74, "a server that listens"),
            ("\(here)", 64, "stations behind HOST:PORT/"), ("seedlinks://h/XX_A", 64, "tunnel"),
            ("\(here)/XX_A net/waveforms", 64, "stands alone"), ("\(here)/XX_A --json", 64, "lines of JSON"),
            ("\(here)/XX_A --resample", 64, "--resample"), ("\(here)/XX_A --rule eqt", 64, "trigger or peaks"),
            ("\(here)/XX_A --patience -1", 64, "--patience"), ("net/waveforms --patience 3", 64, "--patience"),
        ] {
            let line = Self.pick("\(words) --overwrite --out wrong")
            let ending = program.end(try program.begin(line), within: 60)
            #expect(ending.status == Int32(status) && ending.errors.contains(says), "\(words): \(ending.errors)")
        }
    }

    /// For trying clients by hand, as `Benchmarks/Picking/seedlink.py` does: `STRATA_SERVE=FOLDER:PORT` serves the
    /// records below a folder, with cut lines, late packets and doubled ones, until the tests are stopped.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["STRATA_SERVE"] != nil)) func serves() throws {
        let words = ProcessInfo.processInfo.environment["STRATA_SERVE"]?.split(separator: ":").map(String.init) ?? []
        let server = try SeedLinkServer(
            folder: words.first ?? ".", SeedLinkServer.Habits(version: 4, cuts: [50, 120], doubles: 9, late: (6, 2)),
            port: words.dropFirst().first.flatMap(Int.init) ?? 18_000)
        print("\(server.records.count) records of \(Set(server.records.map(\.name)).sorted()) at \(server.port)")
        while true { sleep(1) }
    }
}

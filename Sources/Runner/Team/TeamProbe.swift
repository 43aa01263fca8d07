import Foundation
import GraphIR
import Ranks

/// Who is in a team, and how fast they talk: what `strata team` shows.
public struct TeamProbe: Sendable {
    public struct Member: Sendable, Equatable {
        public var rank: Int
        public var host: String
        /// Processors that the launcher left it, and those that its machine has.
        public var processors: Int
        public var allProcessors: Int
        public var version: String
        /// Between it and the first: seconds that a message takes, and bytes a second each way. `nil` for the first.
        public var latency: Double?
        public var bandwidth: Double?
    }
    public var members: [Member]
    /// What carries the messages.
    public var carrier: String
    /// Seconds of a sum of so many bytes over all.
    public var sumBytes: Int
    public var sumSeconds: Double

    public init(_ team: Team, version: String, processors: Int, allProcessors: Int, bytes: Int = 1_500_000) throws {
        carrier = team.carrier
        let facts = try team.world.gather(text: "\(processors) \(allProcessors) \(version)")
        members = facts.enumerated().map { rank, text in
            let words = text.split(separator: " ", maxSplits: 2).map(String.init)
            return Member(
                rank: rank, host: team.hosts[rank], processors: words.first.flatMap { Int($0) } ?? 1,
                allProcessors: words.count > 1 ? Int(words[1]) ?? 1 : 1, version: words.last ?? "")
        }
        for other in 1..<max(1, team.size) {
            var measured = [0.0, 0.0]
            if team.rank == 0 || team.rank == other {
                let partner = team.rank == 0 ? other : 0
                let small = try TeamProbe.exchange(team, with: partner, bytes: 8, times: 50)
                let large = try TeamProbe.exchange(team, with: partner, bytes: 1 << 22, times: 5)
                measured = [small, Double(1 << 22) / max(1e-9, large - small)]
            }
            let told = try team.world.broadcast(bytes: measured.withUnsafeBytes { Array($0) })
            let numbers = told.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
            (members[other].latency, members[other].bandwidth) = (numbers[0], numbers[1])
            try team.world.barrier()
        }
        sumBytes = bytes
        sumSeconds = try TeamProbe.sum(team, floats: bytes / 4)
    }

    /// The median of several exchanges, in seconds.
    private static func exchange(_ team: Team, with partner: Int, bytes: Int, times: Int) throws -> Double {
        let sent = [UInt8](repeating: 1, count: bytes)
        var received = [UInt8](repeating: 0, count: bytes)
        var seconds: [Double] = []
        for _ in 0..<times + 2 {
            let began = secondsNow()
            try sent.withUnsafeBytes { sent in
                try received.withUnsafeMutableBytes { try team.world.pair(with: partner, sent, $0) }
            }
            seconds.append(secondsNow() - began)
        }
        return seconds.dropFirst(2).sorted()[times / 2]
    }

    private static func sum(_ team: Team, floats: Int) throws -> Double {
        let exchange = TreeExchange(
            team.world, leaves: team.size, owned: (0..<team.size).map { $0..<$0 + 1 })
        let mine = [Float](repeating: 1, count: floats)
        var total = mine
        var seconds: [Double] = []
        for _ in 0..<9 {
            try team.world.barrier()
            let began = secondsNow()
            try exchange.add(mine, into: &total)
            seconds.append(secondsNow() - began)
        }
        guard total.allSatisfy({ $0 == Float(team.size) }) else {
            throw RunError(.access, "a sum over \(team.size) processes came out wrong", help: carrierHelp(team))
        }
        return seconds.dropFirst(2).sorted()[3]
    }
    private static func carrierHelp(_ team: Team) -> String { "carried by \(team.carrier)" }

    public var versions: Set<String> { Set(members.map(\.version)) }

    public var json: JSON {
        [
            "size": .int(members.count), "carrier": .string(carrier),
            "sum_bytes": .int(sumBytes), "sum_s": .number(sumSeconds),
            "members": .array(
                members.map { member in
                    [
                        "rank": .int(member.rank), "host": .string(member.host),
                        "processors": .int(member.processors), "all_processors": .int(member.allProcessors),
                        "version": .string(member.version),
                        "latency_s": member.latency.map { .number($0) } ?? .null,
                        "bytes_per_s": member.bandwidth.map { .number($0) } ?? .null,
                    ]
                }),
        ]
    }
}

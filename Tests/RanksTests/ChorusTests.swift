import Testing

@testable import Ranks

/// What every team does, tried with threads.
@Suite struct ChorusTests {
    @Test func everybodyHearsEverybody() throws {
        for size in [1, 2, 3, 5] {
            let heard = try Chorus.sing(size) { team in
                var said: [String] = []
                said += try team.gather(text: String(repeating: "a", count: team.rank) + "\(team.rank)")
                said += try team.gather([team.rank, -team.rank], counts: [Int](repeating: 2, count: team.size)).map(
                    String.init)
                said.append(
                    String(
                        decoding: try team.broadcast(bytes: Array("from \(team.rank)".utf8), from: size - 1),
                        as: UTF8.self))
                try team.barrier()
                return said
            }
            let expected =
                (0..<size).map { String(repeating: "a", count: $0) + "\($0)" }
                + (0..<size).flatMap { ["\($0)", "\(-$0)"] } + ["from \(size - 1)"]
            for one in heard { #expect(one == expected) }
        }
    }

    @Test func piecesGoWhereTheyBelong() throws {
        let heard = try Chorus.sing(4) { team in
            // To rank r go r + 1 numbers, which say from whom and to whom.
            let sent = (0..<4).flatMap { to in [Int](repeating: team.rank * 10 + to, count: to + 1) }
            var received = [Int](repeating: -1, count: 4 * (team.rank + 1))
            let mine = team.rank + 1
            try sent.withUnsafeBytes { sent in
                try received.withUnsafeMutableBytes { received in
                    try team.exchange(
                        sent, counts: (0..<4).map { ($0 + 1) * 8 }, received,
                        counts: [Int](repeating: mine * 8, count: 4))
                }
            }
            var other = [-1]
            try [team.rank].withUnsafeBytes { mine in
                try other.withUnsafeMutableBytes { try team.pair(with: 3 - team.rank, mine, $0) }
            }
            return received + other
        }
        for rank in 0..<4 {
            let expected = (0..<4).flatMap { [Int](repeating: $0 * 10 + rank, count: rank + 1) } + [3 - rank]
            #expect(heard[rank] == expected)
        }
    }

    @Test func groupsAreTeamsOfTheirOwn() throws {
        let heard = try Chorus.sing(5) { team in
            var said: [[Int]] = []
            for turn in 1...2 {
                let group = try team.part(into: team.rank % (turn + 1))
                said.append(
                    try group.gather([team.rank], counts: [Int](repeating: 1, count: group.size)) + [group.rank])
            }
            return said
        }
        #expect(heard.map { $0[0] } == [[0, 2, 4, 0], [1, 3, 0], [0, 2, 4, 1], [1, 3, 1], [0, 2, 4, 2]])
        #expect(heard.map { $0[1] } == [[0, 3, 0], [1, 4, 0], [2, 0], [0, 3, 1], [1, 4, 1]])
    }

    struct Ill: Error {}
    /// One that fails does not leave the others waiting, and it is the one that is named.
    @Test(.timeLimit(.minutes(20))) func whoFailsLetsTheOthersGo() throws {
        #expect(throws: Ill.self) {
            _ = try Chorus.sing(3) { team in
                if team.rank == 1 { throw Ill() }
                try team.barrier()
            }
        }
    }
}

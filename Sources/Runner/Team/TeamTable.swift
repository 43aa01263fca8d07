import Files
import Foundation

/// `team.csv`: where each process's seconds went, a row a process and epoch.
public struct TeamTable {
    private let path: String

    public init(_ folder: RunFolder) { path = folder.path + "/team.csv" }

    public struct Row: Equatable, Sendable {
        public var epoch: Int
        public var rank: Int
        public var host: String
        /// Waiting for windows from the disk, computing, waiting for the slowest, talking, moving the weights.
        public var load, compute, wait, talk, update: Double
    }

    static let columns = ["epoch", "rank", "host"] + TeamTimes.columns

    /// Writes an epoch's rows behind those that are there; what a run that was stopped wrote of this epoch gives way.
    func append(_ times: [TeamTimes], epoch: Int, hosts: [String]) throws {
        let earlier = (try? String(contentsOfFile: path, encoding: .utf8)).map(CSV.rows)?.dropFirst() ?? []
        let kept = earlier.filter { ($0.first.flatMap { Int($0) } ?? epoch) < epoch }
        let rows = times.enumerated().map { rank, time in
            ["\(epoch)", "\(rank)", hosts[rank]] + time.numbers.map(History.text)
        }
        try AtomicFile(path).write(CSV.text([Self.columns] + kept + rows))
    }

    /// What was written; empty for a run of one process.
    public func rows() -> [Row] {
        let table = (try? String(contentsOfFile: path, encoding: .utf8)).map(CSV.rows) ?? []
        guard table.first == Self.columns else { return [] }
        return table.dropFirst().compactMap { line in
            guard line.count == Self.columns.count, let epoch = Int(line[0]), let rank = Int(line[1]) else {
                return nil
            }
            let numbers = line.dropFirst(3).compactMap { Double($0) }
            guard numbers.count == TeamTimes.columns.count else { return nil }
            let times = TeamTimes(numbers[...])
            return Row(
                epoch: epoch, rank: rank, host: line[2], load: times.load, compute: times.compute, wait: times.wait,
                talk: times.talk, update: times.update)
        }
    }
}

import Files
import Foundation
import GraphIR

/// Where a comparison keeps what it makes.
public struct ComparisonPlace: Sendable {
    public var folder: String
    public init(folder: String) { self.folder = folder }

    public var reportPath: String { folder + "/report.html" }
    public var jsonPath: String { folder + "/comparison.json" }
    /// Every trace on which two networks differ.
    public var differingPath: String { folder + "/differing_traces.csv" }
    func run(_ contender: String, seed: Int) -> RunFolder {
        RunFolder("\(folder)/runs/\(RunFolder.component(contender))/seed_\(seed)")
    }

    /// All files are made from what is in the runs, so that an older one may go.
    public func write(_ comparison: Comparison, why: WhyTable? = nil, report: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RunError(.access, "\(folder) cannot be made: \(error.localizedDescription)")
        }
        var files: [(name: String, bytes: [UInt8])] = [
            (name: "comparison.json", bytes: Array((comparison.json.text(indented: true) + "\n").utf8)),
            (name: "differing_traces.csv", bytes: Array(comparison.differingCSV.utf8)),
        ]
        if let why {
            files.append((name: "why.csv", bytes: Array(why.csv.utf8)))
            files.append((name: "why.json", bytes: Array((why.json.text(indented: true) + "\n").utf8)))
        }
        if why == nil {
            // What an earlier comparison said of other weights would stand beside this one.
            for name in ["why.csv", "why.json"] { try? FileManager.default.removeItem(atPath: folder + "/" + name) }
        }
        try FileGroup(folder).write(files + [(name: "report.html", bytes: Array(report.utf8))])
    }
}

/// Which trainings a comparison needs: each network with the same seeds on the same data.
///
/// Two networks that compile to one graph and learn in one way would give the same runs to the bit with the same seeds.
/// The second gets seeds of its own, so that its difference shows what chance alone does.
public struct ComparisonPlan {
    private let seeds: Int
    private let data: String
    private let place: ComparisonPlace
    /// What each network before was, with how many times it has come.
    private var known: [(identity: TrainingIdentity, name: String, times: Int)] = []
    private var folders: Set<String> = []
    /// What people should know of the last network that was added.
    public private(set) var note: String?

    public init(seeds: Int, data: String?, place: ComparisonPlace) {
        self.seeds = seeds
        self.data = data ?? ""
        self.place = place
    }

    public mutating func trials(for file: NetworkFile) throws -> [Trial] {
        _ = try file.recipe()
        let identity = TrainingIdentity(file, dataPath: data, dataHash: nil, seed: nil)
        note = nil
        var times = 0
        let twin = known.firstIndex { identity.differences(from: $0.identity, except: .twin).isEmpty }
        if let place = twin {
            known[place].times += 1
            times = known[place].times
            note =
                "'\(file.name)' is the same network as '\(known[place].name)', trained in the same way; "
                + "it gets other seeds, and what they differ by is noise"
        } else {
            known.append((identity, file.name, 0))
        }
        var name = RunFolder.component(file.name)
        while !folders.insert(name).inserted { name += "_again" }
        return (0..<seeds).map { index in
            let seed = index + times * seeds
            return Trial(
                contender: file.name, file: file, data: data, seed: seed, folder: place.run(name, seed: seed))
        }
    }
}

import Foundation
import Files
import GraphIR
import Testing

@testable import Runner

/// Checkpoints that were altered and signed again: a hash is no seal, so everything in them is held against the run.
@Suite struct CheckpointTests {
    /// A whole checkpoint of a toy run that was stopped within its second epoch, taken apart.
    private struct Parts {
        var state: [String: JSON]
        var entries: [Safetensors.Entry]

        init(_ path: String) throws {
            let file = try Safetensors([UInt8](#require(FileManager.default.contents(atPath: path))))
            let json = try JSON(parsing: Array(#require(file.note("state")).utf8))
            state = Dictionary(try #require(json.members).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            entries = file.entries
        }

        var bytes: [UInt8] {
            let members = state.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
            return Checkpoint.signed(state: JSON.object(members).text(), entries)
        }

        mutating func cut(_ name: String, to count: Int) {
            guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
            let values = Array(entries[index].values.prefix(count))
            entries[index] = Safetensors.Entry(name, shape: [count], values: values)
        }
    }

    private static let damages: [(name: String, alter: @Sendable (inout Parts) throws -> Void)] = [
        ("a memory is shorter", { $0.cut("memory.0", to: 7) }),
        ("a memory is missing", { $0.entries.removeAll { $0.name == "memory.1" } }),
        ("no memory", { $0.entries.removeAll { $0.name.hasPrefix("memory") } }),
        ("an array too many", { $0.entries.append(Safetensors.Entry("memory.7", shape: [1], values: [0])) }),
        ("weights are shorter", { $0.cut("weights", to: 3) }),
        (
            "weights are not finite",
            { parts in
                let count = parts.entries[0].values.count
                parts.entries[0] = Safetensors.Entry(
                    "weights", shape: [count], values: [Float](repeating: .nan, count: count))
            }
        ),
        ("a batch below none", { $0.state["batch"] = .int(-1) }),
        ("a batch beyond the epoch", { $0.state["batch"] = .int(1000) }),
        ("a step at the end of numbers", { $0.state["step"] = .int(.max) }),
        ("a step below none", { $0.state["step"] = .int(-5) }),
        ("an epoch below none", { $0.state["epoch"] = .int(-1) }),
        ("an epoch beyond its history", { $0.state["epoch"] = .int(7) }),
        ("sums are too few", { $0.state["sums"] = [.number(1)] }),
        ("sums are too many", { $0.state["sums"] = .array([JSON](repeating: .number(1), count: 40)) }),
        ("sums are missing", { $0.state["sums"] = [] }),
        ("sums are no numbers", { $0.state["sums"] = [.null, .null, .null] }),
        ("seconds below none", { $0.state["seconds"] = .number(-1) }),
        ("no identity", { $0.state["identity"] = [] }),
        ("no identity at all", { $0.state["identity"] = nil }),
        (
            "an identity with a fact less",
            { $0.state["identity"] = .array(Array(try #require($0.state["identity"]?.array).dropLast())) }
        ),
        (
            "an epoch that is no number",
            { parts in
                let history = try #require(parts.state["history"]?.string)
                parts.state["history"] = .string(history.replacingOccurrences(of: "\n1,", with: "\nnan,"))
            }
        ),
        (
            "a history of other outputs",
            { parts in
                let history = try #require(parts.state["history"]?.string)
                parts.state["history"] = .string(history.replacingOccurrences(of: "train_p", with: "train_q"))
            }
        ),
    ]

    @Test func whatWasSignedAgainIsRefused() throws {
        let scratch = try Scratch()
        let run = RunFolder(scratch.path + "/run")
        var count = 0
        let isStopped = {
            count += 1
            return count == 8
        }
        try ToyStudy.train(run.path, isStopped: isStopped)
        let whole = try Parts(run.checkpointPath)
        // Taken apart and put together without a change it is the same checkpoint.
        try Data(whole.bytes).write(to: URL(fileURLWithPath: run.checkpointPath))
        for (name, alter) in Self.damages {
            var parts = whole
            try alter(&parts)
            let folder = RunFolder(scratch.path + "/damaged")
            try? FileManager.default.removeItem(atPath: folder.path)
            try FileManager.default.copyItem(atPath: run.path, toPath: folder.path)
            for path in [folder.checkpointPath, folder.previousCheckpointPath] {
                try Data(parts.bytes).write(to: URL(fileURLWithPath: path))
            }
            let error = #expect(throws: RunError.self, "\(name)") {
                try ToyStudy.train(folder.path, change: { $0.resumes = true })
            }
            #expect(error?.cause == .badData, "\(name): \(error?.message ?? "")")
        }
        try ToyStudy.train(run.path, change: { $0.resumes = true })
        try ToyStudy.train(scratch.path + "/whole")
        try ToyStudy.expectSame(scratch.path + "/whole", run.path)
    }

    /// The latest of this kind is passed over for the one before it, and the run comes to the same.
    @Test func whatWasSignedAgainIsPassedOver() throws {
        let scratch = try Scratch()
        let run = RunFolder(scratch.path + "/run")
        var count = 0
        let isStopped = {
            count += 1
            return count == 8
        }
        try ToyStudy.train(run.path, isStopped: isStopped)
        var parts = try Parts(run.checkpointPath)
        parts.cut("memory.0", to: 7)
        try Data(parts.bytes).write(to: URL(fileURLWithPath: run.checkpointPath))
        var notes: [String] = []
        try ToyStudy.train(
            run.path, change: { $0.resumes = true }, hear: { if case .note(let note) = $0 { notes.append(note) } })
        #expect(notes.contains { $0.contains("memory 0 has 7 numbers") }, "\(notes)")
        try ToyStudy.train(scratch.path + "/whole")
        try ToyStudy.expectSame(scratch.path + "/whole", run.path)
    }
}

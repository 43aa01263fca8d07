import Files
import Foundation
import GraphIR

/// Everything that one training leaves behind, in one folder: what was asked, how it went, the weights, and after an
/// evaluation what the network said of every trace.
public struct RunFolder: Sendable, Hashable {
    public let path: String
    public init(_ path: String) { self.path = path }

    public var name: String { URL(fileURLWithPath: path).lastPathComponent }
    /// What was trained, on what, and how: enough to do it again.
    public var recordPath: String { file("run.json") }
    public var historyPath: String { file("history.csv") }
    public var bestWeightsPath: String { file("weights/best.safetensors") }
    public var lastWeightsPath: String { file("weights/last.safetensors") }
    /// Where `--resume` goes on; the one before it is kept until the next is safe.
    public var checkpointPath: String { file("checkpoint/latest.safetensors") }
    public var previousCheckpointPath: String { file("checkpoint/previous.safetensors") }
    /// The step that met a number that is not finite, for `--replay`.
    public var failurePath: String { file("failure.safetensors") }
    /// What a frozen trunk made of every window, while the run goes on.
    var featureFolderPath: String { file("features") }
    /// TensorBoard goes by the beginning of the name.
    var eventsPath: String { file("events.out.tfevents.0000000000.strata") }
    public var testPath: String { file("test.json") }
    public var predictionsPath: String { file("predictions.csv") }
    /// Where results of other data and other splits lie, each under its name.
    public var evaluationsPath: String { file("evaluations") }

    private func file(_ name: String) -> String { path + "/" + name }

    /// What is left on its disk, where the system says.
    var freeBytes: Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }

    public var exists: Bool { FileManager.default.fileExists(atPath: recordPath) }

    public func record() throws -> RunRecord {
        let json: JSON
        do {
            json = try JSON(parsing: Array(try text(recordPath).utf8))
        } catch let error as RunError {
            throw error
        } catch {
            throw RunError(.badData, "\(recordPath) is not JSON: \(error)")
        }
        var record = try RunRecord(json: json, path: recordPath)
        // Who was killed could not write how far it came; the table of epochs knows.
        if record.status == .running, let known = try? history().rows.count {
            record.epochs = max(record.epochs, known)
        }
        return record
    }

    /// Somebody named what lies above runs, or a network.
    private var hintWhereNoRunIs: String {
        let below = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
            .filter { RunFolder(path + "/" + $0).exists }
        if !below.isEmpty {
            let more = below.count > 4 ? " … (\(below.count) in all)" : ""
            return "it holds runs: \(below.prefix(4).map { "\(path)/\($0)" }.joined(separator: ", "))\(more)"
        }
        if path.hasSuffix(".arch") { return "'\(path)' is a network: train it first, or name weights with --weights" }
        return "is '\(path)' the folder of a run?"
    }

    public func history() throws -> History {
        guard let history = History(csv: try text(historyPath)) else {
            throw RunError(.badData, "\(historyPath) is not a table of epochs")
        }
        return history
    }

    func text(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw RunError(.access, "\(path) cannot be read", help: hintWhereNoRunIs)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension RunFolder {
    /// A folder name that a contender's name can be.
    public static func component(_ name: String) -> String {
        let kept = name.map { $0.isLetter || $0.isNumber || "-_.=,".contains($0) ? $0 : "_" }
        let text = String(kept).drop { $0 == "." }
        return text.isEmpty ? "network" : String(text.prefix(120))
    }
}

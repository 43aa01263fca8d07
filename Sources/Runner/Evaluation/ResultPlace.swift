import Files
import Foundation
import GraphIR

/// Where a result lies: in the run's own folder, or beside it under a name.
public struct ResultPlace: Sendable, Hashable {
    public let folder: String
    /// `nil` for the run's own.
    public let name: String?

    public var testPath: String { folder + "/test.json" }
    public var predictionsPath: String { folder + "/predictions.csv" }
    /// Whether both files are there, and of one evaluation.
    public var exists: Bool {
        [testPath, predictionsPath].allSatisfy { FileManager.default.fileExists(atPath: $0) }
            && !FileGroup(folder).isUnfinished
    }

    init(folder: String, name: String? = nil) {
        self.folder = folder
        self.name = name
    }

    /// The numbers, as `test.json` has them.
    public func test() throws -> JSON {
        do {
            return try JSON(parsing: Array(try text(testPath).utf8))
        } catch let error as RunError {
            throw error
        } catch {
            throw RunError(.badData, "\(testPath) is not JSON: \(error)")
        }
    }

    /// The table of traces.
    public func predictions() throws -> Predictions {
        guard let predictions = Predictions(csv: try text(predictionsPath)) else {
            throw RunError(.badData, "\(predictionsPath) is not a table of traces")
        }
        return predictions
    }

    private func text(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw RunError(.access, "\(path) cannot be read", help: "is '\(folder)' the folder of a result?")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What the result says it was made from; `nil` where there is none, or one of an older version.
    var basis: ResultBasis? { (try? test())?["basis"].flatMap(ResultBasis.init(json:)) }

    func write(_ predictions: Predictions, _ json: JSON) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RunError(.access, "\(folder) cannot be made: \(error.localizedDescription)")
        }
        try FileGroup(folder).write([
            (name: "predictions.csv", bytes: Array(predictions.csv.utf8)),
            (name: "test.json", bytes: Array((json.text(indented: true) + "\n").utf8)),
        ])
    }

    /// The page about it; made from what lies beside, so that an older one may go.
    public func write(report: String) throws -> String {
        let path = folder + "/report.html"
        try AtomicFile(path).write(report)
        return path
    }
}

extension RunFolder {
    /// The result of the run's own test split.
    public var result: ResultPlace { ResultPlace(folder: path) }

    /// A result beside the run's own.
    public func evaluation(_ name: String) -> ResultPlace {
        ResultPlace(folder: evaluationsPath + "/" + name, name: name)
    }

    /// The names of the results that lie beside the run's own, sorted.
    public var evaluations: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: evaluationsPath)) ?? []
        return names.sorted().filter { evaluation($0).exists }
    }

    public var isEvaluated: Bool { result.exists }

    /// Why the run's own result does not hold: there is none, or what it was made from has changed; empty where it
    /// holds.
    public func staleness(_ record: RunRecord) -> [String] {
        guard isEvaluated else { return ["it is not evaluated"] }
        guard let basis = result.basis else { return ["its result is of an older version of Strata"] }
        let isBest = basis.choices.weights == EvaluationRequest.WeightsChoice.best.rawValue
        let now = ResultBasis(
            weights: JudgingRules.hash(ofFile: isBest ? bestWeightsPath : lastWeightsPath) ?? "",
            // The hash of a record of the first phase is of another kind: what it is of cannot be told to have changed.
            data: record.data.fingerprint.isEmpty ? basis.data : record.data.hash, rules: JudgingRules.hash,
            choices: basis.choices)
        return basis.differences(from: now)
    }
}

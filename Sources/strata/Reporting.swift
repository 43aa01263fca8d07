import Files
import Foundation
import GraphIR
import Interpreter
import Plugins
import Ranks
import Runner
import Seismic

/// Runs a piece of work, and turns what goes wrong into the status and the sentence that people get.
func reporting<T>(_ work: () throws -> T) throws -> T {
    do {
        return try work()
    } catch let error as Runner.RunError {
        throw Exit(status(of: error.cause), error.message, help: error.help)
    } catch let error as DataError {
        throw Exit(status(of: error.cause), error.description, help: error.help)
    } catch let error as PreparationError {
        throw Exit(.badData, error.message, help: error.help)
    } catch let error as DiskError {
        throw Exit(.inputOutput, error.description)
    } catch let problem as PluginProblem {
        throw Exit(problem)
    } catch let error as PlanError {
        throw Exit(.no, error.description)
    } catch let error as RanksError {
        throw Exit(.inputOutput, error.message, help: error.help)
    } catch let complaint as Complaint {
        throw Exit(.no, complaint.message, help: complaint.help)
    }
}

private func status(of cause: Runner.RunError.Cause) -> ExitStatus {
    switch cause {
    case .refused, .notFinite: .no
    case .request: .usage
    case .badData: .badData
    case .access: .inputOutput
    }
}

private func status(of cause: DataError.Cause) -> ExitStatus {
    switch cause {
    case .content: .badData
    case .access: .inputOutput
    case .request: .usage
    }
}

/// Writes a text as a whole file or not at all.
func write(_ text: String, to path: String, overwrite: Bool) throws {
    if FileManager.default.fileExists(atPath: path), !overwrite {
        throw Exit(.inputOutput, "\(path) exists already", help: "give another name, or --overwrite")
    }
    do {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
        throw Exit(.inputOutput, "\(path) cannot be written: \(error.localizedDescription)")
    }
}

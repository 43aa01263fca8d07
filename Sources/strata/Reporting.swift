import GraphIR
import Interpreter
import Runner
import Seismic

/// Runs a piece of work and turns what the libraries throw into a status and a sentence.
func reporting(_ work: () throws -> ExitStatus) throws -> ExitStatus {
    do {
        return try work()
    } catch let error as Runner.RunError {
        let status: ExitStatus =
            switch error.cause {
            case .refused, .notFinite: .no
            case .badData: .badData
            case .access: .inputOutput
            }
        throw Exit(status, error.message, help: error.help)
    } catch let error as DataError {
        throw Exit(error.cause == .access ? .inputOutput : .badData, error.description)
    } catch let error as DiskError {
        throw Exit(.inputOutput, error.description)
    } catch let error as PreparationError {
        throw Exit(.no, error.message, help: error.help)
    } catch let error as PlanError {
        throw Exit(.no, error.description)
    }
}

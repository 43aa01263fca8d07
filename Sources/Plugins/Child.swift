import Foundation

/// A program run beside this one, with limits on its time; what it wrote and how it ended.
struct Child {
    enum Ending: Equatable {
        case exited(Int32)
        case signalled(Int32)
        case ranTooLong
    }
    var ending: Ending
    var output: [UInt8]
    var errors: String

    /// Runs a program to its end, or kills it after `seconds`.
    static func run(_ program: String, _ arguments: [String], seconds: Double, environment: [String: String] = [:])
        throws -> Child
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        let texts = Gathered()
        let readers = DispatchGroup()
        for (pipe, isOutput) in [(output, true), (errors, false)] {
            DispatchQueue.global().async(group: readers) {
                texts.keep(pipe.fileHandleForReading.readDataToEndOfFile(), isOutput: isOutput)
            }
        }
        let isLate = ended.wait(timeout: .now() + seconds) == .timedOut
        if isLate {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
        }
        // A grandchild may still hold the pipes open: it is not waited for.
        _ = readers.wait(timeout: .now() + 2)
        let (outputData, errorData) = texts.both
        let ending: Ending =
            isLate
            ? .ranTooLong
            : process.terminationReason == .uncaughtSignal
                ? .signalled(process.terminationStatus) : .exited(process.terminationStatus)
        return Child(ending: ending, output: [UInt8](outputData), errors: String(decoding: errorData, as: UTF8.self))
    }

    /// What two reading threads gather.
    private final class Gathered: @unchecked Sendable {
        private let lock = NSLock()
        private var output = Data()
        private var errors = Data()
        func keep(_ data: Data, isOutput: Bool) {
            lock.lock()
            defer { lock.unlock() }
            if isOutput { output = data } else { errors = data }
        }
        var both: (Data, Data) {
            lock.lock()
            defer { lock.unlock() }
            return (output, errors)
        }
    }
}

/// A program of this name on the `PATH`.
func findProgram(_ name: String) -> String? {
    if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
    for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
        let path = "\(folder)/\(name)"
        if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    return nil
}

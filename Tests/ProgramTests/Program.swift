import Foundation
import Testing

/// The program beside the tests' own bundle: what a person would run.
struct Program {
    var folder: String

    /// A folder of its own for each test, where it runs.
    init() throws {
        folder = NSTemporaryDirectory() + "strata-program-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    static let path: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        // `swift test` runs the bundle itself, or a helper of the toolchain that loads it.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/strata"
    }()

    /// How it ended: its exit status, or minus the signal that ended it.
    struct Ending {
        var status: Int32
        var output: String
        var errors: String
    }

    /// A line of the shell, in which `$STRATA` is the program.
    func begin(_ line: String, environment: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let own = [
            "STRATA": Program.path, "XDG_CACHE_HOME": folder + "/cache", "XDG_CONFIG_HOME": folder + "/config",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(own) { $1 }.merging(environment) { $1 }
        for (name, isOutput) in [("output", true), ("errors", false)] {
            let path = folder + "/." + name
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            if isOutput { process.standardOutput = handle } else { process.standardError = handle }
        }
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Waits for its end, but not for ever: what does not end is killed, and its status says so.
    func end(_ process: Process, within seconds: Double = 180) -> Ending {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while process.isRunning, Date() < deadline { usleep(10_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        func text(_ name: String) -> String {
            String(decoding: FileManager.default.contents(atPath: folder + "/." + name) ?? Data(), as: UTF8.self)
        }
        let isSignal = process.terminationReason == .uncaughtSignal
        return Ending(
            status: isSignal ? -process.terminationStatus : process.terminationStatus, output: text("output"),
            errors: text("errors"))
    }

    func run(_ line: String, environment: [String: String] = [:]) throws -> Ending {
        end(try begin(line, environment: environment))
    }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }

    /// A small picker that learns in a moment.
    static let picker = """
        network Small(width: int = 2) {
            input waveform: [3, 200] at 100 Hz
            output p: [1, 200] = waveform -> conv(width, 5) as first -> relu -> conv(1, 5) as last -> sigmoid
            learn p from pick(P, shape: gaussian, width: 20 samples) loss binary_cross_entropy
            prepare { demean -> normalize(peak) }
            train { batch: 8, epochs: 2 }
        }
        """
}

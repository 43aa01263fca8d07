import Compiler
import Foundation
import GraphIR

/// `strata fmt`: architecture files in the one layout.
enum FmtCommand: Command {
    static let name = "fmt"
    static let otherWords = ["format"]
    static let summary = "Lay out architecture files in the one way."
    static let operands = "PATH…"
    static let operandCount = 1...10_000
    struct Options: OptionGroup {
        let check = Option<Bool>("--check", "Change nothing; say which files would change.")
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata fmt mine.arch", says: "Spaces, indentation and broken lines; every comment stays."),
        (
            line: "strata fmt --check architectures",
            says: "For continuous integration: exit status 1 if a file would change."
        ),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        var changed: [String] = []
        var unreadable: [String] = []
        let paths = try ArchitectureFiles.below(call.operands)
        for path in paths {
            let text = try ArchitectureFiles.read(path)
            guard let formatted = format(text) else {
                unreadable.append(path)
                continue
            }
            if formatted == text { continue }
            changed.append(path)
            if !call.check { try ArchitectureFiles.write(formatted, to: path) }
        }
        report(changed, unreadable, of: paths.count, call)
        return unreadable.isEmpty && (changed.isEmpty || !call.check) ? .done : .no
    }

    private static func report(_ changed: [String], _ unreadable: [String], of count: Int, _ call: Invocation<Options>)
    {
        if call.json {
            let answer: JSON = [
                "files": .int(count), "changed": .array(changed.map { .string($0) }),
                "unreadable": .array(unreadable.map { .string($0) }),
            ]
            return Terminal.print(answer.text(indented: true))
        }
        let verb = call.check ? "would change" : "changed"
        for path in changed { Terminal.print("\(path): \(verb)") }
        for path in unreadable {
            Terminal.note("\(path): has mistakes in its writing, see 'strata check \(path)'; left as it is")
        }
        if changed.isEmpty, unreadable.isEmpty {
            Terminal.note("\(count) file\(count == 1 ? "" : "s"), nothing to change")
        }
    }
}

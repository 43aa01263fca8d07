import Compiler
import GraphIR

/// `strata explain`: the story behind the code of a message.
enum ExplainCommand: Command {
    static let name = "explain"
    static let otherWords = ["why"]
    static let summary = "Tell what the code of a message means, with an example."
    static let operands = "[CODE]"
    static let operandCount = 0...1
    struct Options: OptionGroup {
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata explain E0301", says: "Why two arrays could not be added."),
        (line: "strata explain", says: "All codes, a line each."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let wanted = call.operands.first else {
            if call.json {
                Terminal.print(JSON.array(Code.allCases.map { $0.json }).text(indented: true))
            } else {
                for code in Code.allCases { Terminal.print("\(code.rawValue)  \(code.explanation.title)") }
            }
            return .done
        }
        guard let code = Code(rawValue: wanted.uppercased()) ?? Code(rawValue: padded(wanted)) else {
            let near = nearestName(to: wanted.uppercased(), among: Code.allCases.map { $0.rawValue })
            throw Exit(.usage, "there is no code '\(wanted)'", help: near.map { "did you mean '\($0)'?" })
        }
        Terminal.print(call.json ? code.json.text(indented: true) : code.page(width: Terminal.width))
        return .done
    }

    /// `e306` is E0306.
    private static func padded(_ code: String) -> String {
        let digits = code.dropFirst()
        return code.prefix(1).uppercased() + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

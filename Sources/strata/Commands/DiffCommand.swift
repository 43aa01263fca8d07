import GraphIR
import Runner
import Views
import Zoo

/// `strata diff`: what differs between two networks, and whether they differ at all.
enum DiffCommand: Command {
    static let name = "diff"
    static let summary = "Say what differs between two networks, or that they are the same."
    static let operands = "(NETWORK | RUN) (NETWORK | RUN)"
    static let operandCount = 2...2
    struct Options: OptionGroup {
        let json = Option<Bool>.json
        let path = Option<[String]>.path
    }
    static let examples = [
        (line: "strata diff eqt eqt/gru", says: "which layers the variant changes, and what that costs"),
        (line: "strata diff eqt eqt/nb_filters_changed_eqtutils", says: "a published variant that changes nothing"),
        (line: "strata diff runs/eqt eqt", says: "whether a run trained what the catalogue has today"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let sides = try call.operands.map { name in
            let run = RunFolder(name)
            let plugins = call.everywhere.plugin
            let opened =
                try run.exists
                ? OpenNetwork(run, plugins: plugins)
                : OpenNetwork(name, in: call.path, plugins: plugins)
            return DifferenceReport.Side(opened.network, file: opened.path, registry: opened.plugins.registry)
        }
        let report = DifferenceReport(sides[0], sides[1])
        if call.json {
            Terminal.print(report.json.text(indented: true))
        } else {
            Terminal.print(report.lines(width: Terminal.width).map(styled).joined(separator: "\n"))
        }
        return .done
    }

    private static func styled(_ line: String) -> String {
        switch line.first(where: { $0 != " " }) {
        case "-" where line.hasPrefix("  "): Terminal.styled(line, .red)
        case "+" where line.hasPrefix("  "): Terminal.styled(line, .green)
        case "~": Terminal.styled(line, .yellow)
        default: line
        }
    }
}

import GraphIR
import Zoo

/// `strata zoo`: the catalogue of networks, and the story of one.
enum ZooCommand: Command {
    static let name = "zoo"
    static let otherWords = ["list", "ls", "models", "networks", "catalogue"]
    static let summary = "List the networks of the catalogue, or tell the story of one."
    static let operands = "[NETWORK]"
    static let operandCount = 0...1
    struct Options: OptionGroup {
        let json = Option<Bool>.json
        let markdown = Option<Bool>("--markdown", "Write the list as a page of documentation.")
        let path = Option<[String]>.path
    }
    static let examples = [
        (line: "strata zoo", says: "every network with its parameters"),
        (line: "strata zoo eqt/gru", says: "its paper, its doubts, and what it changes"),
        (line: "strata zoo --path my_networks", says: "a folder of your own beside the catalogue"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let catalogue = Catalogue(paths: call.path)
        let registry = try PluginUse(call.everywhere.plugin).registry
        if let name = call.operands.first { return try tell(name, in: catalogue, registry, call) }
        let (portraits, broken) = catalogue.survey(registry: registry)
        for entry in broken {
            Terminal.note("\(entry.name) is left out, it has errors: strata check \(entry.path)")
        }
        guard !portraits.isEmpty else {
            throw Exit(.no, "the catalogue is empty", help: catalogue.whereItLooked)
        }
        if call.json {
            Terminal.print(JSON.array(portraits.map(\.json)).text(indented: true))
        } else if call.markdown {
            Terminal.print(Catalogue.page(portraits).joined(separator: "\n"))
        } else {
            Terminal.print(Catalogue.list(portraits, width: Terminal.width).joined(separator: "\n"))
        }
        return .done
    }

    private static func tell(
        _ name: String, in catalogue: Catalogue, _ registry: Registry, _ call: Invocation<Options>
    ) throws -> ExitStatus {
        let opened = try OpenNetwork(name, in: call.path, plugins: call.everywhere.plugin)
        let entry = catalogue.entries.first { $0.path == opened.path } ?? .init(name: name, path: opened.path)
        guard let portrait = try? Portrait(entry, registry: opened.plugins.registry) else {
            throw Exit(.no, "'\(opened.path)' declares no network")
        }
        if call.json {
            Terminal.print(portrait.json.text(indented: true))
        } else {
            Terminal.print(portrait.lines(width: Terminal.width).joined(separator: "\n"))
        }
        return .done
    }
}

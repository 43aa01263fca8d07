import Compiler
import GraphIR

/// `strata layers`: the documentation of every plugin of every kind, as the plugins themselves tell it.
enum LayersCommand: Command {
    static let name = "layers"
    static let otherWords = ["ops"]
    static let summary = "Describe layers, losses, labelers and every other plugin."
    static let operands = "[NAME]"
    static let operandCount = 0...1
    struct Options: OptionGroup {
        let kind = Option<PluginKind?>(
            "--kind", "KIND", "Only plugins of this kind: layer, loss, labeler, preparation, …")
        let markdown = Option<Bool>("--markdown", "As a page of Markdown, with everything.")
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata layers", says: "All of them, a line each."),
        (line: "strata layers conv", says: "What conv does, its arguments, an example."),
        (line: "strata layers --markdown", says: "The page docs/layers.md."),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let registry = try PluginUse(call.everywhere.plugin).registry
        let kinds = call.kind.map { [$0] } ?? PluginKind.allCases
        let signatures = kinds.flatMap { kind in registry.plugins(kind).map { $0.signature.named(in: registry) } }
        guard let name = call.operands.first else {
            Terminal.print(overview(signatures, call))
            return .done
        }
        let found = signatures.filter { $0.name == name }
        guard !found.isEmpty else {
            let near = nearestName(to: name, among: signatures.map { $0.name })
            throw Exit(.usage, "there is no plugin '\(name)'", help: near.map { "did you mean '\($0)'?" })
        }
        if call.json {
            Terminal.print(JSON.array(found.map { $0.json }).text(indented: true))
        } else if call.markdown {
            Terminal.print(found.map { $0.markdown }.joined(separator: "\n\n"))
        } else {
            Terminal.print(found.map { $0.page(width: Terminal.width) }.joined(separator: "\n\n"))
        }
        return .done
    }

    private static func overview(_ signatures: [Signature], _ call: Invocation<Options>) -> String {
        if call.json { return JSON.array(signatures.map { $0.json }).text(indented: true) }
        if call.markdown { return Signature.markdown(of: signatures) }
        return Signature.list(of: signatures, width: Terminal.width)
    }
}

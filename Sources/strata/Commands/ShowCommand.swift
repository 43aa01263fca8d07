import Foundation
import GraphIR
import Interpreter
import Runner
import Views

/// `strata show`: a network's layers, shapes, weights and cost.
enum ShowCommand: Command {
    static let name = "show"
    static let otherWords = ["summary", "summarize", "describe"]
    static let summary = "Show a network's layers, shapes, parameters and cost."
    static let operands = "(NETWORK | MODEL)"
    static let operandCount = 1...1
    /// What a network is drawn as.
    enum Form: String, CaseIterable { case svg, dot }

    struct Options: OptionGroup {
        let tree = Option<Bool>("--tree", "Group the layers by their labels.")
        let graph = Option<Form?>("--graph", "FORMAT", "Draw the network: svg (for people) or dot (every layer).")
        let watch = Option<Bool>(
            "--watch", "Write a page with the picture, and follow the file as it is saved, until interrupted.")
        let length = Option<[OpenLength]>.lengths("Show costs for this length of a symbol (default: one minute).")
        let batch = Option<Int>(
            "--batch", "N", "Say the memory for so many windows at once (default \(.standard)).", standard: 32,
            in: 1...1_000_000)
        let model = ModelOptions()
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata show eqt", says: "every layer of EQTransformer, and what it adds up to"),
        (line: "strata show eqt --tree", says: "the same by stages"),
        (line: "strata show mine.arch --watch", says: "a page beside any editor that follows every save"),
        (line: "strata show picker/phasenet --graph svg > phasenet.svg", says: "a picture on one page"),
        (line: "strata show runs/eqt", says: "how far a run came, and which results lie with it"),
        (line: "strata show eqt.strata", says: "what a bundle holds"),
        (line: "strata show eqt --weights eqt.safetensors", says: "a network, and whether these weights fit it"),
        (line: "strata show volcano/tcn --length T=360000 --set filters=64", says: "an hour, with more filters"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let format = call.graph
        guard [format != nil, call.json, call.tree].count(where: { $0 }) <= 1 else {
            throw Exit(.usage, "--tree, --graph and --json exclude each other")
        }
        if call.watch { return try FollowingPage.run(call.model.network) }
        let isPlain = format == nil && !call.tree && !call.json
        let folder = RunFolder(call.operands[0])
        if isPlain, folder.exists, call.model.weights == nil {
            Terminal.print(try ShowRun.lines(folder).joined(separator: "\n"))
            return .done
        }
        if isPlain, ModelBundle.isBundle(call.operands[0]), call.model.weights == nil {
            BundleShowCommand.say(
                try ModelBundle(reading: call.operands[0]), asJSON: call.json)
            return .done
        }
        let shown = try Shown(call.model)
        let graph = shown.graph
        let lengths = try lengths(call, of: graph)
        switch format {
        case .svg: Terminal.write(GraphDrawing(graph).svg, to: 1)
        case .dot: Terminal.write(DotDrawing(graph).dot, to: 1)
        case nil:
            if call.json {
                let json = Summary(graph, file: shown.path, registry: shown.registry).json
                let added = try shown.members()
                Terminal.print(JSON.object((json.members ?? []) + added).text(indented: true))
            } else {
                let taken = graph.customaryLengths.merging(lengths) { _, asked in asked }
                let memory = memory(graph, shown.registry, batch: call.batch, lengths: taken)
                let table = SummaryTable(graph, lengths: taken, width: Terminal.width, memory: memory)
                let title = Terminal.styled(graph.name, .bold) + "  " + Terminal.styled(shown.path, .dim)
                let layers = call.tree ? table.tree : table.layers
                let more = try shown.lines()
                Terminal.print(([title, ""] + layers + [""] + table.totals + more).joined(separator: "\n"))
            }
        }
        return .done
    }

    /// What the interpreter would ask the system for, in words.
    private static func memory(
        _ graph: Graph, _ registry: Registry, batch: Int, lengths: [String: Int]
    ) -> String {
        do {
            let need = try MemoryNeed(graph, registry: registry, batch: batch, lengths: lengths)
            return "\(MemoryReport.text(need.inference)) to use, \(MemoryReport.text(need.training)) to train, "
                + "\(batch) at a time"
        } catch {
            return "\(error)"
        }
    }

    /// `--length T=6000`: only symbols that the network has, only lengths that are some.
    private static func lengths(_ call: Invocation<Options>, of graph: Graph) throws -> [String: Int] {
        var lengths: [String: Int] = [:]
        for (symbol, number) in call.length {
            guard graph.symbols.contains(symbol) else {
                let known = graph.symbols.isEmpty ? "all its sizes are numbers" : graph.symbols.joined(separator: ", ")
                throw Exit(.usage, "\(graph.name) has no length '\(symbol)'", help: known)
            }
            lengths[symbol] = number
        }
        return lengths
    }
}

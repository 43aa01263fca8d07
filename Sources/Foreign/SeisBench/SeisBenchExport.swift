import Compiler
import Files
import Foundation
import GraphIR
import Interpreter
import Zoo

/// A network with its weights as SeisBench keeps one: a `.pt` with the arrays, a `.json` with what its class is told.
public struct SeisBenchExport {
    public let weights: [UInt8]
    public let settings: [UInt8]
    /// SeisBench's class, in whose folder of the cache the two belong.
    public let className: String
    public let notes: [String]

    /// The networks of the catalogue that are SeisBench's, each with what its class is told.
    private struct Form {
        var network: String
        var className: String
        var arguments: [JSON.Member]
    }
    private static let forms: [Form] = [
        Form(
            network: "eqt/seisbench", className: "EQTransformer",
            arguments: [.init("lstm_blocks", 3), .init("original_compatible", false), .init("phases", "PS")]),
        Form(
            network: "eqt/seisbench_original", className: "EQTransformer",
            arguments: [
                .init("lstm_blocks", 2), .init("original_compatible", "non-conservative"), .init("phases", "PS"),
            ]),
        Form(
            network: "eqt/seisbench_conservative", className: "EQTransformer",
            arguments: [.init("lstm_blocks", 3), .init("original_compatible", "conservative"), .init("phases", "PS")]),
        Form(network: "picker/phasenet", className: "PhaseNet", arguments: [.init("phases", "NPS")]),
        Form(network: "picker/gpd", className: "GPD", arguments: [.init("phases", "PSN")]),
    ]

    /// - Parameters:
    ///   - paths: where the catalogue is looked for.
    ///   - thresholds: `{"detection": 0.3, "P": 0.2}`, as triggers were judged with, where they were chosen.
    ///   - about: a text for whoever opens the file: origin, hash.
    public init(
        _ graph: Graph, weights: Weights, recipe: Recipe?, thresholds: JSON? = nil, paths: [String], about: String,
        registry: Registry = .builtIn
    ) throws {
        let imported = try SeisBenchExport.plain(graph, weights)
        let catalogue = Catalogue(paths: paths)
        var nearest: (Parting, name: String)?
        var differences: [SettingDifference]?
        for form in SeisBenchExport.forms {
            guard let entry = catalogue.entries.first(where: { $0.name == form.network }),
                let network = SeisBenchExport.compiled(entry.path, registry),
                network.graph.outputs.count == graph.outputs.count,
                let map = try WeightMap(beside: entry.path)
            else { continue }
            let matching: Matching
            do { matching = try Matching(imported, to: network.graph, registry: registry) } catch let parting as Parting
            {
                if parting.agreed > nearest?.0.agreed ?? -1 { nearest = (parting, form.network) }
                continue
            }
            let serious = matching.differences.filter { !$0.isHarmless && $0.name != "always" }
            guard serious.isEmpty else {
                if serious.count < differences?.count ?? .max { differences = serious }
                continue
            }
            className = form.className
            self.weights = try TorchWriter.bytes(of: map.arrays(of: matching.weights, graph: network.graph))
            var notes = matching.notes + ["it is \(form.className), as \(form.network) says it"]
            let always = graph.nodes.count { $0.kind == "dropout" && $0.arguments["always"] == .bool(true) }
            if always > 0 {
                notes.append("\(always) dropout layers that are on when the network is used here are off there")
            }
            let said = SeisBenchExport.arguments(form, graph, recipe, &notes)
            let json: JSON = [
                "docstring": .string(about), "model_args": .object(said),
                "default_args": .object(SeisBenchExport.thresholds(form, thresholds)),
                "version": "1",
            ]
            settings = Array(json.text(indented: true).utf8)
            self.notes = notes
            return
        }
        throw SeisBenchExport.refusal(graph, nearest, differences)
    }

    /// Why it is none of theirs: the layer where it parts from the nearest, or what differs.
    private static func refusal(
        _ graph: Graph, _ nearest: (Parting, name: String)?, _ differences: [SettingDifference]?
    ) -> ForeignError {
        let title = "\(graph.name) is none of SeisBench's networks"
        let help = "they are \(forms.map(\.network).joined(separator: ", ")); --onnx takes others"
        if let differences {
            let lines = differences.prefix(6).map {
                "  \($0.place): \($0.name) is \($0.inFile) here and \($0.inNetwork) there"
            }
            return ForeignError(.content, title + ":", lines: lines, help: help)
        }
        guard let nearest else { return ForeignError(.content, title, help: help) }
        return ForeignError(
            .content, title + "; it parts from \(nearest.name) at:", lines: nearest.0.lines.map { "    " + $0 },
            help: help)
    }

    private static func compiled(_ path: String, _ registry: Registry) -> Network? {
        let compilation = compile(path: path, registry: registry) { path in
            try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        }
        return compilation.hasErrors ? nil : compilation.network
    }

    /// The network as any framework would see it, by way of ONNX: what cannot be said there is refused by its path.
    private static func plain(_ graph: Graph, _ weights: Weights) throws -> ImportedNetwork {
        let bytes = try OnnxExport(graph, weights: weights).bytes
        let rate = graph.inputs.first?.type.rate
        let model = try readForeign(FileBytes(bytes, name: graph.name), path: graph.name, rate: rate)
        return try ImportedNetwork(model, name: "Exported", story: [], rate: rate)
    }

    /// As SeisBench calls them: `P_threshold`.
    private static func thresholds(_ form: Form, _ json: JSON?) -> [JSON.Member] {
        (json?.members ?? []).filter { $0.key != "detection" || form.className == "EQTransformer" }.compactMap {
            member in
            member.value.double.map { .init(member.key + "_threshold", .number($0)) }
        }
    }

    // MARK: Preparation

    /// One letter for each class, in the order of the channels: `NPS`.
    private static func letters(_ recipe: Recipe?) -> String? {
        let words = recipe?.lessons.first?.labeler.arguments.entries.lazy.compactMap { entry -> [String]? in
            guard case .list(let list) = entry.value else { return nil }
            let words = list.compactMap { value -> String? in
                switch value {
                case .word(let word), .string(let word): word
                default: nil
                }
            }
            return words.count == 3 && words.count == list.count ? words : nil
        }
        guard let found = words?.first else { return nil }
        let letters = found.map { $0.lowercased() == "noise" ? "N" : $0.prefix(1).uppercased() }
        return Set(letters) == ["N", "P", "S"] ? letters.joined() : nil
    }

    /// What the class does with a window before the network sees it.
    private static func arguments(
        _ form: Form, _ graph: Graph, _ recipe: Recipe?, _ notes: inout [String]
    ) -> [JSON.Member] {
        var said = form.arguments
        if form.className != "EQTransformer", let letters = letters(recipe) {
            said = [.init("phases", .string(letters))]
        }
        if let rate = graph.inputs.first?.type.rate { said.append(.init("sampling_rate", .number(rate))) }
        let steps = recipe?.preparations ?? []
        func word(_ step: String, _ argument: String) -> String? {
            steps.first { $0.name == step }?.arguments[argument]?.description
        }
        if let order = word("order", "components") { said.append(.init("component_order", .string(order.unquoted))) }
        var known: Set<String> = ["order", "demean", "normalize", "taper"]
        if form.className != "GPD" {
            let scale = SeisBenchScale(steps)
            let norm = scale?.norm(in: form.className)
            if let scale, norm == nil {
                let own = SeisBenchScale(className: form.className, norm: "std", isPeakOfEach: false)
                notes.append(
                    "SeisBench's \(form.className) divides by \(own.text), and this network's windows by \(scale.text)")
            }
            said.append(.init("norm", .string(norm ?? "std")))
            said.append(.init("norm_amp_per_comp", .bool(false)))
            said.append(.init("norm_detrend", .bool(steps.contains { $0.name == "detrend" })))
            known.insert("detrend")
        } else if word("normalize", "by") != "peak" {
            notes.append("SeisBench's GPD divides each window by its peak, and this network was not prepared so")
        }
        if form.className == "EQTransformer", !steps.contains(where: { $0.name == "taper" }) {
            notes.append("SeisBench's EQTransformer tapers 6 samples at each end, and this network was not prepared so")
        }
        let others = steps.filter { !known.contains($0.name) }
        if !others.isEmpty {
            notes.append(
                "left out, as the class has no word for it: \(others.map(\.description).joined(separator: " -> "))")
        }
        if recipe == nil {
            notes.append("how windows are prepared is not known here; the class does as it does by itself")
        }
        return said
    }
}

extension WeightMap {
    /// The map that lies beside an architecture file; `nil` where none does.
    public init?(beside path: String) throws(ForeignError) {
        let map = (path.hasSuffix(".arch") ? String(path.dropLast(5)) : path) + ".torch.map"
        guard let data = FileManager.default.contents(atPath: map) else { return nil }
        try self.init(String(decoding: data, as: UTF8.self), path: map)
    }
}

extension String {
    fileprivate var unquoted: String { String(filter { $0 != "\"" }) }
}

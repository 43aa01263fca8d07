import Compiler
import GraphIR
import Views

/// What is shown within a line, at an offset: the shape that flows on from there, what a size is.
public struct Hint: Hashable, Sendable {
    public var offset: Int
    public var label: String
    /// More, for who points at it.
    public var tooltip: String
    /// What could be written into the text to say the same.
    public var saying: Saying?
    /// Where a name stands that the hint is about; `nil` where it is about none, or the text has changed since.
    var name: Int?

    public struct Saying: Hashable, Sendable {
        public var offset: Int
        public var text: String
    }
}

extension Analysis {
    /// What is shown beside the text: what can be worked out now, and where a mistake hides something, as it was last.
    public var hints: [Hint] {
        let fresh = freshHints
        guard compilation.hasErrors, let good else { return fresh }
        let taken = Set(fresh.map(\.offset))
        let kept = good.hints.filter { !taken.contains($0.offset) && $0.offset <= text.count }
        return
            (fresh
            + kept.map { hint in
                var hint = hint
                (hint.saying, hint.name) = (nil, nil)
                return hint
            }).sorted { $0.offset < $1.offset }
    }

    /// Where the name is declared that a hint is about.
    public func declaration(of hint: Hint) -> Location? {
        hint.name.flatMap { definitions(at: $0).first }
    }

    var freshHints: [Hint] {
        var writer = HintWriter(analysis: self)
        for network in tree.networks { for statement in network.statements { writer.statement(statement.kind) } }
        for block in tree.blocks { for statement in block.statements { writer.statement(statement.kind) } }
        for variant in tree.variants { for edit in variant.edits { writer.edit(edit) } }
        return writer.hints.values.sorted { $0.offset < $1.offset }
    }
}

/// Few and short: a shape where it differs from what flows in; always at a label and at the end of a statement.
private struct HintWriter {
    let analysis: Analysis
    /// One an offset.
    private(set) var hints: [Int: Hint] = [:]

    init(analysis: Analysis) { self.analysis = analysis }

    mutating func statement(_ kind: Statement.Kind) {
        switch kind {
        case .binding(let name, let shape, let value):
            sizes(shape)
            let shown = self.value(value)
            end(of: value, name, saysShape: shape != nil, after: shown)
        case .output(let name, let shape, let value):
            sizes(shape)
            if case .name(let same) = value.kind, same.place == name.place { break }
            let shown = self.value(value)
            end(of: value, name, saysShape: shape != nil, after: shown)
        case .bare(let value): _ = self.value(value)
        case .returns(let value, let extras):
            _ = self.value(value)
            for extra in extras { _ = self.value(extra.value) }
        case .shape(_, let shape): sizes(shape)
        case .broken(_, let rest): if let rest { statement(rest) }
        case .input(_, let shape, _): sizes(shape)
        case .expectation, .learn, .prepare, .augment, .train, .freeze: break
        }
    }

    mutating func edit(_ edit: Edit) {
        switch edit.kind {
        case .replace(_, with: let stages), .insert(let stages, _, _): _ = self.stages(stages, shown: nil)
        case .set, .remove: break
        }
    }

    // MARK: - Shapes

    /// The shape that was shown last on the way, so that it need not be shown again.
    private mutating func value(_ expression: Expression) -> Shape? {
        switch expression.kind {
        case .pipeline(let head, let stages):
            var shown: Shape?
            if case .name(let name) = head.kind {
                shown = self.head(name)
            } else {
                shown = value(head)
            }
            return self.stages(stages, shown: shown)
        case .binary(_, let a, let b, _):
            _ = value(a)
            _ = value(b)
            return nil
        case .call(let call):
            for argument in call.arguments { _ = value(argument.value) }
            let records = analysis.records(at: call.place, .stage)
            return show(records, at: call.place.end, label: nil, unless: nil)
        case .comprehension(_, _, let body): return value(body)
        case .condition(_, let yes, let no):
            _ = value(yes)
            if let no { _ = value(no) }
            return nil
        case .list(let items):
            for item in items { _ = value(item) }
            return nil
        default: return nil
        }
    }

    /// What flows into a pipeline, where it is one thing.
    private mutating func head(_ name: Identifier) -> Shape? {
        let records = analysis.records(at: name.place, .name)
        guard records.count == 1, let shape = records.first.flatMap(analysis.types)?.last.shape else { return nil }
        hints[name.place.end] = Hint(
            offset: name.place.end, label: shape.description, tooltip: "'\(name.text)' is \(shape)", saying: nil,
            name: name.place.start)
        return shape
    }

    private mutating func stages(_ stages: [Stage], shown: Shape?) -> Shape? {
        var shown = shown
        for stage in stages {
            switch stage.kind {
            case .loop(_, _, let body), .repetition(_, let body), .group(let body): _ = self.stages(body, shown: nil)
            case .condition(_, let yes, let no):
                _ = self.stages(yes, shown: nil)
                _ = self.stages(no ?? [], shown: nil)
            case .call(let call): for argument in call.arguments { _ = value(argument.value) }
            case .missing: continue
            }
            let records = analysis.records(at: stage.place, .stage)
            let flowing = shown ?? flowingIn(records)
            shown = show(records, at: stage.place.end, label: stage.label, unless: flowing) ?? shown
            if case .call(let call) = stage.kind, analysis.registry.layer(call.callee.text) == nil {
                hints[stage.place.end]?.name = call.callee.place.start
            }
        }
        return shown
    }

    private func flowingIn(_ records: [Log.Record]) -> Shape? {
        let shapes = Set(
            records.compactMap {
                analysis.log.nodes.indices.contains($0.from) ? analysis.log.nodes[$0.from].type.shape : nil
            })
        guard shapes.count == 1, records.allSatisfy({ $0.from >= 0 }) else { return nil }
        return shapes.first
    }

    /// Shows what some records came to; a shape that is known already only at a label.
    private mutating func show(
        _ records: [Log.Record], at offset: Int, label: Identifier?, unless known: Shape?
    ) -> Shape? {
        let types = records.compactMap(analysis.types)
        guard let first = types.first?.first.shape, let last = types.last?.last.shape else { return nil }
        if records.count > 1, label == nil, !changes(records) { return nil }
        if records.count == 1, label == nil, let known, known == last { return last }
        var text = first == last ? "\(last)" : "\(first) … \(last)"
        if label != nil {
            let count = records.reduce(0) { total, record in
                analysis.made(record).reduce(total) { $0 + $1.trainableCount }
            }
            if count > 0 { text += " · \(Wording.count(count))" }
        }
        if records.count > 1 { text += ", \(records.count) uses" }
        hints[offset] = Hint(offset: offset, label: text, tooltip: tooltip(records), saying: nil)
        return records.count == 1 ? last : nil
    }

    /// Whether anything but the shape that flows in comes out, anywhere.
    private func changes(_ records: [Log.Record]) -> Bool {
        records.contains { record in
            guard analysis.log.nodes.indices.contains(record.from), let type = analysis.types(record)?.last else {
                return true
            }
            return analysis.log.nodes[record.from].type.shape != type.shape
        }
    }

    private func tooltip(_ records: [Log.Record]) -> String {
        let nodes = records.flatMap { analysis.made($0) }
        var parts: [String] = []
        if nodes.count > 0 { parts.append(Wording.count(nodes.count, "layer")) }
        let parameters = nodes.reduce(0) { $0 + $1.trainableCount }
        if parameters > 0 { parts.append(Wording.count(parameters, "parameter")) }
        if let flops = nodes.reduce(Dimension.number(0), { $0 + $1.flops }).number, flops > 0 {
            parts.append(Wording.short(flops, unit: "flop"))
        }
        return parts.joined(separator: " · ")
    }

    private mutating func end(of value: Expression, _ name: Identifier, saysShape: Bool, after shown: Shape?) {
        let records = analysis.records(at: name.place, .result)
        guard let record = records.first, let shape = analysis.types(record)?.last.shape else { return }
        if case .arrays = record.outcome { return }
        let isShown = shown == shape && hints[value.place.end] != nil
        if hints[value.place.end] == nil, shown != shape || records.count > 1 {
            let text = records.count > 1 ? "\(shape), \(records.count) uses" : shape.description
            hints[value.place.end] = Hint(
                offset: value.place.end, label: text, tooltip: "'\(name.text)' is \(shape)", saying: nil)
        }
        guard records.count == 1, !saysShape, isShown || hints[value.place.end] != nil else { return }
        hints[value.place.end]?.saying = Hint.Saying(offset: name.place.end, text: ": \(shape)")
    }

    // MARK: - Sizes

    private mutating func sizes(_ shape: Ascription?) {
        for size in shape?.sizes ?? [] {
            switch size.kind {
            case .int, .name, .missing: continue
            default: break
            }
            let values = Set(
                analysis.records(at: size.place, .size).compactMap { record -> String? in
                    if case .value(let value) = record.outcome { return value.description }
                    return nil
                })
            guard values.count == 1, let value = values.first, value != analysis.spelling(size.place) else { continue }
            hints[size.place.end] = Hint(offset: size.place.end, label: "= \(value)", tooltip: "", saying: nil)
        }
    }
}

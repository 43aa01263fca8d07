import Editor
import GraphIR

extension Session {
    mutating func documentSymbol(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let positions = Positions(file: analysis.file)
        if client.hierarchicalSymbols { return .array(analysis.outline.map { nested($0, positions) }) }
        var flat: [JSON] = []
        func add(_ item: OutlineItem, _ container: String) {
            let location: JSON = [
                "uri": .string(uri(of: analysis.path)), "range": positions.json(item.range),
            ]
            flat.append([
                "name": .string(item.name), "kind": .int(item.kind.number), "location": location,
                "containerName": .string(container),
            ])
            for child in item.children { add(child, item.name) }
        }
        for item in analysis.outline { add(item, "") }
        return .array(flat)
    }

    private func nested(_ item: OutlineItem, _ positions: Positions) -> JSON {
        var members = [
            JSON.Member("name", .string(item.name)), JSON.Member("kind", .int(item.kind.number)),
            JSON.Member("range", positions.json(item.range)),
            JSON.Member("selectionRange", positions.json(item.selection.clamped(to: item.range))),
        ]
        if !item.detail.isEmpty { members.append(JSON.Member("detail", .string(item.detail))) }
        if !item.children.isEmpty {
            members.append(JSON.Member("children", .array(item.children.map { nested($0, positions) })))
        }
        return .object(members)
    }

    mutating func foldingRange(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        return .array(
            analysis.folds.map { fold in
                let first = analysis.file.position(of: fold.range.lowerBound).line - 1
                let last = analysis.file.position(of: fold.range.upperBound).line - 1
                // The closing brace stays in sight.
                let isClosed =
                    fold.range.upperBound < analysis.text.count
                    && "})]".utf8.contains(analysis.text[fold.range.upperBound])
                return [
                    "startLine": .int(first), "endLine": .int(isClosed ? max(first, last - 1) : last),
                    "kind": fold.isComment ? "comment" : "region",
                ]
            })
    }

    mutating func selectionRange(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let positions = Positions(file: analysis.file)
        guard let wanted = parameters["positions"]?.array else { throw .invalid("no positions are given") }
        var answers: [JSON] = []
        for position in wanted.prefix(1000) {
            let offset = try positions.offset(position)
            var answer: JSON?
            for range in analysis.selections(at: offset).reversed() {
                var members = [JSON.Member("range", positions.json(range))]
                if let answer { members.append(JSON.Member("parent", answer)) }
                answer = .object(members)
            }
            answers.append(answer ?? ["range": positions.json(offset..<offset)])
        }
        return .array(answers)
    }
}

extension OutlineItem.Kind {
    /// As the protocol numbers kinds of symbols.
    var number: Int {
        switch self {
        case .network: 5
        case .variant: 5
        case .block: 12
        case .parameter: 26
        case .input, .output: 8
        case .result: 13
        case .label: 20
        case .section: 19
        case .edit: 24
        }
    }
}

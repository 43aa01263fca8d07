import Editor
import GraphIR

extension Session {
    mutating func semanticTokens(_ parameters: JSON) throws(Failure) -> JSON {
        let analysis = try analysis(parameters)
        let positions = Positions(file: analysis.file)
        let starts = analysis.file.lineStarts
        var data: [JSON] = []
        var (line, last, lastLine) = (0, 0, 0)
        for word in analysis.colours {
            while line + 1 < starts.count, starts[line + 1] <= word.range.lowerBound { line += 1 }
            let start = positions.units(starts[line], word.range.lowerBound)
            let length = positions.units(word.range.lowerBound, word.range.upperBound)
            let modifiers = (word.isDeclaration ? 1 : 0) | (word.role == .documentation ? 2 : 0)
            let column = line == lastLine ? start - last : start
            data += [
                .int(line - lastLine), .int(column), .int(length), .int(word.role.rawValue), .int(modifiers),
            ]
            (last, lastLine) = (start, line)
        }
        return ["data": .array(data)]
    }
}

extension Coloured.Role {
    /// The protocol's own words where it has one, so that every theme has a colour.
    var protocolName: String {
        switch self {
        case .keyword: "keyword"
        case .layer: "function"
        case .block: "class"
        case .label: "label"
        case .parameter: "parameter"
        case .array: "variable"
        case .argument: "property"
        case .word: "enumMember"
        case .number: "number"
        case .unit: "type"
        case .text: "string"
        case .comment, .documentation: "comment"
        case .plugin: "method"
        }
    }
}

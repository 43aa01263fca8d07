import GraphIR

/// What can be wrong with values, shapes and limits.
extension Diagnostic {
    static func wrongType(_ purpose: String, _ wanted: String, _ found: String, at place: Place) -> Diagnostic {
        Diagnostic(.wrongType, at: place, "\(purpose) must be \(wanted), not \(found)")
    }

    static func outOfRange(_ purpose: String, _ found: String, _ range: String, at place: Place) -> Diagnostic {
        Diagnostic(.outOfRange, at: place, "\(purpose) must be \(range), not \(found)")
    }

    /// Why a value is not of a parameter's type.
    static func misfit(
        _ misfit: Elaborator.Misfit, _ purpose: Purpose, _ type: ValueType, _ found: String,
        range: ClosedRange<Double>?, at place: Place
    ) -> Diagnostic {
        let name = "\(purpose.owner): '\(purpose.name)'"
        switch misfit {
        case .type:
            // A word in quotes is a text.
            let word = found.count > 2 && found.hasPrefix("\"") ? String(found.dropFirst().dropLast()) : ""
            let isWord = type.words.contains(word)
            return Diagnostic(
                .wrongType, at: place, "\(name) takes \(type.inWords), not \(found)",
                remark: isWord ? "write it without quotes" : "",
                fixes: isWord ? [Fix("write \(word)", [Fix.Edit(place, word)])] : [])
        case .range:
            let low = range.map { Value.plain($0.lowerBound) } ?? ""
            let high = range.map { Value.plain($0.upperBound) } ?? ""
            let isOpen = (range?.upperBound ?? 0) >= 1e15
            let limits = isOpen ? "\(low) or more" : "from \(low) to \(high)"
            // Twenty where a share is meant is twenty in a hundred.
            if type == .share, let number = Double(found), number >= 2, number <= 100 {
                let share = Value.plain(number / 100)
                return Diagnostic(
                    .outOfRange, at: place, "\(name) must be \(limits), not \(found)",
                    help: ["a share of \(Value.plain(number)) in a hundred is \(share), or \(Value.plain(number))%"],
                    fixes: [Fix("write \(share)", [Fix.Edit(place, share)])])
            }
            let nearest = range.flatMap { Diagnostic.clamped(found, into: $0) }
            return Diagnostic(
                .outOfRange, at: place, "\(name) must be \(limits), not \(found)",
                fixes: nearest.map { [Fix("the nearest that fits is \($0)", [Fix.Edit(place, $0)])] } ?? [])
        case .unit(let unit):
            return Diagnostic(
                .unitDoesNotFit, at: place,
                "\(name) takes \(type.inWords); \(unit.rawValue) is a unit of \(unit.measure.rawValue)")
        case .noUnit(let example):
            return Diagnostic(
                .unitDoesNotFit, at: place, "\(name) takes \(type.inWords), with its unit", remark: "write \(example)",
                fixes: [Fix("write \(example)", [Fix.Edit(place, example)])])
        case .noRate:
            return Diagnostic(
                .noRate, at: place, "\(name): nobody said how many samples a second has here",
                help: ["say it at the input: 'input x: [3, 6000] at 100 Hz'"])
        case .notWhole(let number):
            let rounded = Int(exactly: number.rounded())
            let text = rounded.map { "\($0)" + (type == .samples ? " samples" : "") }
            return Diagnostic(
                .wrongType, at: place, "\(name) takes \(type.inWords), and this is \(Value.plain(number))",
                remark: number == number.rounded() ? "write it without a point" : "",
                fixes: text.map { [Fix("write \($0)", [Fix.Edit(place, $0)])] } ?? [])
        case .unknown(let size):
            return Diagnostic(
                .notDecidable, at: place,
                "\(name) must be a number here, and \(size) is not known before the input's length is")
        case .word(let word):
            let (remark, fixes) = suggestion(nearestName(to: word, among: type.words), for: word, at: place)
            return Diagnostic(
                .wrongType, at: place, "\(name) cannot be '\(word)'", remark: remark, notes: ["it is \(type)"],
                fixes: fixes)
        }
    }

    /// A number moved to the nearest end of a range, as a text would say it.
    private static func clamped(_ text: String, into range: ClosedRange<Double>) -> String? {
        guard let number = Double(text) else { return nil }
        let nearest = number < range.lowerBound ? range.lowerBound : range.upperBound
        return Value.plain(nearest)
    }

    static func notDecidable(_ what: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .notDecidable, at: place, "\(what) depends on a length that is not known yet",
            help: ["give the input a number for its length, or make the choice with a parameter"])
    }

    static func badArithmetic(_ message: String, at place: Place) -> Diagnostic {
        Diagnostic(.badArithmetic, at: place, message)
    }

    static func notAList(_ found: String, at place: Place) -> Diagnostic {
        Diagnostic(.wrongType, at: place, "a list is needed here, not \(found)", help: ["0..<n counts; [a, b] lists"])
    }

    static func badIndex(_ index: Int, count: Int, at place: Place) -> Diagnostic {
        let has = count == 0 ? "the list is empty" : "the list has entries 0 to \(count - 1)"
        return Diagnostic(.badIndex, at: place, "there is no entry \(index): \(has)")
    }

    static func lengthsDiffer(_ counts: [Int], at place: Place) -> Diagnostic {
        Diagnostic(
            .lengthsDiffer, at: place,
            "zip needs equally long lists, and these have \(counts.map(String.init).joined(separator: " and ")) entries"
        )
    }

    static func patternDoesNotFit(_ count: Int, _ found: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .lengthsDiffer, at: place, "\(count) names cannot take \(found)", help: ["zip and enumerate make tuples"])
    }

    static func noElse(at place: Place) -> Diagnostic {
        Diagnostic(.valueMissing, at: place, "the condition is false, and there is no 'else' to say what then")
    }

    static func functionDoesNotFit(_ function: Function, _ found: [String], at place: Place) -> Diagnostic {
        let given = found.isEmpty ? "nothing" : found.joined(separator: " and ")
        return Diagnostic(.wrongType, at: place, "\(function.rawValue) cannot take \(given)", notes: [function.usage])
    }

    static func noRate(at place: Place) -> Diagnostic {
        Diagnostic(
            .noRate, at: place, "nobody said how many samples a second has here",
            help: ["say it at the input: 'input x: [3, 6000] at 100 Hz'"])
    }

    // MARK: - Shapes

    static func badRank(_ rank: Int, at place: Place) -> Diagnostic {
        Diagnostic(
            .badShape, at: place, "an array has 1 to 3 axes, not \(rank)",
            notes: ["[features], [channels, time] or [channels, height, width]; the batch is never written"])
    }
    static func badSize(_ size: Int, at place: Place) -> Diagnostic {
        Diagnostic(.badShape, at: place, "a size must be at least 1, not \(size)")
    }
    static func absurdSize(_ shape: Shape, _ axis: Int, of what: String, at place: Place) -> Diagnostic {
        let name = Shape.axisName(axis, rank: shape.rank)
        return Diagnostic(
            .badShape, at: place, "\(what) would be \(shape), and no array is as large",
            remark: "\(name) can be at most \(Shape.largestSize.grouped)")
    }
    static func shapeDiffers(_ name: String, _ shape: Shape, at place: Place) -> Diagnostic {
        Diagnostic(
            .shapeIsNotAsSaid, at: place, "'\(name)' is \(shape)", remark: "another number of axes",
            fixes: [Fix("say \(shape)", [Fix.Edit(place, "\(shape)")])])
    }
    static func sizeTooComplicated(_ name: String, at place: Place) -> Diagnostic {
        Diagnostic(.badShape, at: place, "\(name): the sizes have become too complicated to reckon with")
    }

    // MARK: - Limits

    static func tooManyLayers(at place: Place) -> Diagnostic {
        Diagnostic(.tooManyLayers, at: place, "the network has more than \(Elaborator.mostNodes.grouped) layers")
    }
    static func tooManyTurns(_ count: Int, at place: Place) -> Diagnostic {
        Diagnostic(
            .tooManyTurns, at: place, "a loop takes at most \(Elaborator.mostTurns.grouped) turns, not \(count.grouped)"
        )
    }
    static func tooManySteps(at place: Place) -> Diagnostic {
        Diagnostic(
            .tooManyTurns, at: place, "building this network takes more than \(Elaborator.mostSteps.grouped) steps",
            help: ["loops within loops, or blocks within blocks, multiply"])
    }

    // MARK: - Files

    static func circularFiles(_ paths: [String], at place: Place) -> Diagnostic {
        Diagnostic(
            .circularFiles, at: place, "these files use each other in a circle: \(paths.joined(separator: " -> "))")
    }
    static func unreadable(_ path: String, because reason: String, at place: Place) -> Diagnostic {
        Diagnostic(.unreadableFile, at: place, "'\(path)' cannot be read", notes: [reason])
    }
    static func fileTooLarge(_ size: Int, at place: Place) -> Diagnostic {
        Diagnostic(
            .fileTooLarge, at: place,
            "the file has \(size.grouped) bytes; at most \(Library.largestFile.grouped) are read")
    }
}

extension Value {
    /// A number without a needless point.
    static func plain(_ number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? "\(number)"
    }
}

extension ValueType {
    /// As messages call it.
    var inWords: String {
        switch self {
        case .int: "a whole number"
        case .float: "a number"
        case .bool: "true or false"
        case .string: "a text"
        case .size: "a size"
        case .word(let words): words.isEmpty ? "a word" : words.joined(separator: " or ")
        case .samples: "a count of samples or a duration"
        case .seconds: "a duration"
        case .hertz: "a frequency"
        case .share: "a share"
        case .list(let element): "a list of \(element.inPlural)"
        case .either(let types): types.map(\.inWords).joined(separator: ", or ")
        case .plugin(let kind):
            "aeiou".contains(kind.rawValue.first ?? "x") ? "an \(kind.rawValue)" : "a \(kind.rawValue)"
        case .activation: "the name of an activation, or none"
        }
    }

    /// Several of them.
    private var inPlural: String {
        switch self {
        case .int: "whole numbers"
        case .float: "numbers"
        case .bool: "true or false"
        case .string: "texts"
        case .size: "sizes"
        case .word(let words): words.isEmpty ? "words" : words.joined(separator: " or ")
        case .samples: "counts of samples or durations"
        case .seconds: "durations"
        case .hertz: "frequencies"
        case .share: "shares"
        case .list(let element): "lists of \(element.inPlural)"
        case .either(let types): types.map(\.inPlural).joined(separator: ", or ")
        case .plugin(let kind): "\(kind.plural)"
        case .activation: "names of activations"
        }
    }
}

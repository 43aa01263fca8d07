import GraphIR

/// What can be wrong with a whole network, its expectations and a variant's edits.
extension Diagnostic {
    static func expectationNotMet(_ expectation: Expectation, measured: Value) -> Diagnostic {
        let fixes =
            expectation.comparison == .equal
            ? [Fix("expect \(measured.grouped)", [Fix.Edit(expectation.value.place, measured.grouped)])] : []
        let fact =
            switch expectation.subject.text {
            case "parameters": "the network has \(measured.grouped) parameters"
            case "fixed": "the network keeps \(measured.grouped) running statistics"
            case "flops": "a forward pass takes \(measured.grouped) flops"
            case "receptive_field": "an output sample sees \(measured.grouped) samples"
            default: "the network has \(measured.grouped) \(expectation.subject.text)"
            }
        return Diagnostic(
            .expectationNotMet, at: expectation.value.place, fact,
            remark: "expected \(expectation.comparison == .equal ? "" : expectation.comparison.sign + " ")this",
            fixes: fixes)
    }

    /// Three axes of a signal with a rate: the first is how many there are at a time.
    static func batchInShape(_ sizes: [Expression], _ rest: Shape, at place: Place) -> Diagnostic {
        let edit = Fix.Edit(Place(file: place.file, start: sizes[0].place.start, end: sizes[1].place.start), "")
        return Diagnostic(
            .badShape, at: sizes[0].place, "how many windows there are at a time is no part of a shape",
            remark: "write \(rest)", notes: ["the batch is a setting of training: train { batch: 32 }"],
            fixes: [Fix("write \(rest)", [edit])])
    }

    static func channelsBehindTime(_ name: String, _ shape: Shape, _ turned: Shape, at place: Place) -> Diagnostic {
        Diagnostic(
            .channelsBehindTime, at: place,
            "the input '\(name)' has \(shape[0]) channels with \(shape[1]) samples each: channels stand first here, "
                + "time behind them",
            fixes: [Fix("say \(turned)", [Fix.Edit(place, "\(turned)")])])
    }

    static func unknownExpectation(_ name: Identifier) -> Diagnostic {
        let (remark, fixes) = suggestion(name, among: Elaborator.subjects)
        return Diagnostic(
            .unknownExpectation, at: name.place, "'\(name.text)' is nothing that can be expected",
            remark: remark, notes: ["what can be: \(Elaborator.subjects.joined(separator: ", "))"], fixes: fixes)
    }

    static func fieldIsEverything(at place: Place) -> Diagnostic {
        Diagnostic(
            .expectationNotMet, at: place, "every output sample sees the whole window",
            notes: ["a recurrent layer, attention or a flatten sees all samples"])
    }

    static func channelsSaid(_ name: String, _ numbers: [Int], at place: Place) -> Diagnostic {
        Diagnostic(
            .channelsSaid, at: place,
            "this makes \(numbers[0]) channels with a kernel of \(numbers[1]), every \(numbers[2]) samples",
            help: [
                "the channels that come in are not said here: \(name)(\(numbers[1]), \(numbers[2])) makes "
                    + "\(numbers[1]) channels with a kernel of \(numbers[2])",
                "if a stride is meant, say so: \(name)(\(numbers[0]), \(numbers[1]), stride: \(numbers[2]))",
            ])
    }

    static func meansSeveral(_ path: String, _ all: [String], at place: Place) -> Diagnostic {
        let shown = all.prefix(6).joined(separator: ", ") + (all.count > 6 ? ", …" : "")
        return Diagnostic(
            .meansSeveral, at: place, "'\(path)' means \(all.count) layers", remark: shown,
            help: ["'\(path)_1' is the first alone"])
    }

    static func matchesNothing(_ selector: Selector, met: [String]) -> Diagnostic {
        let text = selector.parts.map { $0.text.isEmpty ? "*" : $0.text }.joined(separator: ".")
        let last = selector.parts.last?.text ?? ""
        var names: [String] = []
        for path in met.lazy.flatMap({ $0.split(separator: ".").map(String.init) }) where !names.contains(path) {
            names.append(path)
            if names.count > 200 { break }
        }
        let shown = met.prefix(12).joined(separator: ", ") + (met.count > 12 ? ", … (\(met.count) in all)" : "")
        let place = selector.parts.last?.place ?? selector.place
        // No fix: what is nearest by letters may be another part of the network, and its removal another experiment.
        let remark = suggestion(nearestName(to: last, among: names), for: last, at: place).remark
        return Diagnostic(
            .editMatchesNothing, at: selector.place, "nothing matches '\(text)'",
            remark: remark, notes: [met.isEmpty ? "there is no stage at all" : "there is \(shown)"])
    }

    static func cannotEdit(_ message: String, at place: Place) -> Diagnostic {
        Diagnostic(.cannotEdit, at: place, message)
    }

    static func operatorHasTwoSides(_ sign: String, _ layer: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .cannotEdit, at: place, "'\(sign)' joins two arrays, and this edit does not say which of them is meant",
            help: ["edit the stages that make them, or say what joins them instead: 'replace \(layer) with …'"])
    }

    static func unreachable(_ node: Node) -> Diagnostic {
        let message = node.isInput ? "nothing reads the input '\(node.path)'" : "no output depends on '\(node.path)'"
        return Diagnostic(.unreachableLayer, at: node.place, message, help: ["use it, or take it out"])
    }

    static func faultOfOurs(_ fault: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .faultOfOurs, at: place, "the compiler made a graph that cannot be: \(fault)",
            help: ["this is a fault of strata, not of the file; please report it with the file"])
    }

    static func noInput(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            .noInput, at: name.place, "network '\(name.text)' has no input",
            help: ["begin it with 'input x: [3, 6000] at 100 Hz'"])
    }
    static func noOutput(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            .noOutput, at: name.place, "network '\(name.text)' has no output", help: ["end it with 'output y = …'"])
    }
}

extension Int {
    /// In groups of three: `371_639`.
    var grouped: String {
        let digits = String(magnitude)
        let head = digits.count % 3
        let groups = stride(from: head, to: digits.count, by: 3).map { digits.dropFirst($0).prefix(3) }
        let text = ((head > 0 ? [digits.prefix(head)] : []) + groups).joined(separator: "_")
        return self < 0 ? "-" + text : text
    }
}

extension Value {
    /// As a text says it, whole numbers in groups of three.
    var grouped: String {
        if case .int(let number) = self { return number.grouped }
        return description
    }
}

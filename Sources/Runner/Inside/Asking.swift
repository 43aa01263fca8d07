import Foundation
import GraphIR
import Interpreter
import Seismic

extension Subject {
    /// The node of the network that a question is about, if it is not an output.
    func nodes(for question: Question) throws(RunError) -> [Int] {
        guard question.unit != nil else { return [] }
        return [try node(question.output)]
    }

    /// A layer by its path, or by the end of it.
    func node(_ path: String) throws(RunError) -> Int {
        let exact = graph.nodes.firstIndex { $0.path == path }
        let ends = graph.nodes.indices.filter { !graph.nodes[$0].isInput && graph.nodes[$0].path.hasSuffix("." + path) }
        if let found = exact ?? (ends.count == 1 ? ends[0] : nil) { return found }
        if ends.count > 1 {
            throw RunError(
                .refused, "'\(path)' is the end of \(ends.count) layers",
                help: "one of: " + ends.map { graph.nodes[$0].path }.joined(separator: ", "))
        }
        throw RunError(
            .refused, "there is no layer '\(path)'",
            help: nearestName(to: path, among: graph.nodes.map(\.path)).map { "did you mean '\($0)'?" }
                ?? "strata show lists them")
    }

    /// The names of an output's channels: phases, classes; `nil` where they have none.
    func channelNames(_ output: String) throws -> [String]? {
        switch try meaning(of: output) {
        case .onsets(let phases): return phases.map { $0 ?? "noise" }
        case .classes(let names), .tags(let names), .frames(let names): return names
        case .detection, .amounts, nil: return nil
        }
    }

    /// Settles a question for the window that an explainer looks at.
    func settle(_ question: Question, _ explainer: Explainer, _ seen: Seen) throws -> ExplainedTarget {
        let ends = explainer.explained.ends
        if let unit = question.unit {
            let node = try node(question.output)
            guard let end = ends.firstIndex(where: { $0.name == graph.nodes[node].path }) else {
                throw RunError(
                    .refused, "'\(question.output)' cannot be asked for its units", help: "strata show lists the layers"
                )
            }
            return try settle(question, explainer, seen, end: end, channel: unit, name: "\(unit)")
        }
        var (output, channelText) = (question.output, question.channel)
        if !ends.contains(where: { $0.name == output }) {
            // A phase or a class by its own name, where one output has it.
            let owners = try ends.map(\.name).filter { try channelNames($0)?.contains(output) == true }
            guard owners.count == 1, channelText == nil else {
                throw RunError(
                    .refused, "there is no output '\(output)'",
                    help: "it has: \(ends.map(\.name).joined(separator: ", "))")
            }
            (channelText, output) = (output, owners[0])
        }
        let end = ends.firstIndex { $0.name == output } ?? 0
        let shape = explainer.shape(ofNode: ends[end].logit)
        let names = try channelNames(output)
        let channels = shape.first ?? 1
        let channel = try channel(channelText, names, channels, output, explainer, end)
        return try settle(
            question, explainer, seen, end: end, channel: channel, name: names?[safe: channel] ?? "\(channel)",
            names: names)
    }

    private func channel(
        _ text: String?, _ names: [String]?, _ count: Int, _ output: String, _ explainer: Explainer, _ end: Int
    ) throws -> Int {
        guard let text else {
            // Of classes of a window, the one that it says; of phases, the first that is one.
            let values = explainer.result(ofNode: explainer.explained.ends[end].logit)
            if count == values.count { return values.indices.max { values[$0] < values[$1] } ?? 0 }
            return names?.firstIndex { $0 != "noise" } ?? 0
        }
        if let place = names?.firstIndex(of: text) { return place }
        if let number = Int(text), (0..<count).contains(number) { return number }
        let known = names ?? (0..<count).map { "\($0)" }
        throw RunError(.refused, "\(output) has no channel '\(text)'", help: "it has: \(known.joined(separator: ", "))")
    }

    private func settle(
        _ question: Question, _ explainer: Explainer, _ seen: Seen, end: Int, channel: Int, name: String,
        names: [String]? = nil
    ) throws -> ExplainedTarget {
        let place = explainer.explained.ends[end]
        let shape = explainer.shape(ofNode: place.logit)
        let channels = shape.first ?? 1
        let time = max(1, shape.dropFirst().reduce(1, *))
        guard (0..<channels).contains(channel) else {
            throw RunError(
                .refused, "no unit \(channel): \(place.name) has units 0 to \(channels - 1)",
                help: "write LAYER/UNIT, as \(place.name)/\(channels - 1)")
        }
        let logits = explainer.result(ofNode: place.logit).map(Double.init)
        let answers = explainer.result(ofNode: place.answer)
        let probabilities = answers[channel * time..<(channel + 1) * time]
        let step = Double(seen.shapes.first?.last ?? 1) / Double(time) / rate
        var chosen = try samples(question, place.name, channel, seen, Array(probabilities), step: step)
        if time == 1 { chosen = ([0], "the window", nil) }
        let weighing = try Weighing(
            channel: channel, channels: channels, time: time, samples: chosen.samples, ending: place.ending,
            against: against(question, names, channels))
        let (weights, value, constant) = weighing.weigh(logits)
        let single = chosen.samples.count == 1 ? chosen.samples[0] : nil
        return ExplainedTarget(
            output: place.name, channel: name, place: chosen.place, sample: time == 1 ? nil : single,
            seconds: time == 1 ? nil : single.map { Double($0) * step },
            probability: place.ending == .none
                ? nil : probabilityMean(place.ending, probabilities, chosen.samples), logit: value,
            remark: chosen.remark, end: end, weights: weights, constant: constant, weighing: weighing)
    }

    private func probabilityMean(_ ending: ExplainedGraph.Ending, _ row: ArraySlice<Float>, _ samples: [Int]) -> Double
    {
        let values = samples.map { Double(row[row.startIndex + $0]) }.map { ending == .logSoftmax ? exp($0) : $0 }
        return values.reduce(0, +) / Double(max(1, values.count))
    }

    private func against(_ question: Question, _ names: [String]?, _ channels: Int) throws -> Int? {
        guard let against = question.against else { return nil }
        guard let other = names?.firstIndex(of: against) ?? Int(against), (0..<channels).contains(other) else {
            throw RunError(.refused, "there is no class '\(against)'", help: names?.joined(separator: ", "))
        }
        return other
    }

    /// The samples of an output that are asked for.
    private func samples(
        _ question: Question, _ output: String, _ channel: Int, _ seen: Seen, _ curve: [Float], step: Double
    ) throws -> (samples: [Int], place: String, remark: String?) {
        let highest = curve.indices.max { curve[$0] < curve[$1] } ?? 0
        let place = try question.place ?? usualPlace(question, output)
        let seconds: Double
        switch place {
        case .event(let number):
            let stretches = Self.stretches(seen.labels[output] ?? [], channel, length: curve.count)
            if stretches.indices.contains(number - 1) {
                let words = stretches.count == 1 ? "the event" : "event \(number) of \(stretches.count)"
                return (Array(stretches[number - 1]), words, nil)
            }
            guard question.place == nil else {
                throw RunError(
                    .refused, "\(seen.name) has \(stretches.count) stretches labelled so, no \(number)",
                    help: "@mean is over the window, @max and @12.3s are places")
            }
            return (Array(curve.indices), "the mean over the window", "nothing here is labelled so: all of it is asked")
        case .mean: return (Array(curve.indices), "the mean over the window", nil)
        case .max: return ([highest], "its highest", nil)
        case .seconds(let given): seconds = given
        case .phase(let phase):
            guard let arrival = seen.arrivals.first(where: { $0.phase == phase }) else {
                throw RunError(
                    .refused, "the catalogue has no \(phase) in the window of \(seen.name)", help: "@pick or @12.3s")
            }
            seconds = arrival.seconds
        case .pick:
            let picks = PickRule.peaks.picks(ProbabilityCurve(curve), threshold: 0.1) ?? []
            if let best = picks.max(by: { $0.probability < $1.probability }) {
                return ([Int(best.sample)], "the pick", nil)
            }
            let text =
                "no pick in this trace (highest \(Figures.fixed(Double(curve[highest]), places: 2)) at "
                + "\(Figures.fixed(Double(highest) * step, places: 2)) s): that sample is explained"
            return ([highest], "its highest", text)
        }
        let sample = Int((seconds / step).rounded())
        guard curve.indices.contains(sample) else {
            throw RunError(
                .refused,
                "\(Figures.fixed(seconds, places: 2)) s lies outside the window of "
                    + "\(Figures.fixed(Double(curve.count) * step, places: 2)) s",
                help: "@pick, @max or @P name a place")
        }
        return ([sample], "\(Figures.fixed(seconds, places: 2)) s", nil)
    }

    /// The stretches of time that are labelled with a channel more than with any other, or with it at all where it is
    /// the only one.
    private static func stretches(_ labels: [Float], _ channel: Int, length: Int) -> [Range<Int>] {
        guard length > 0, labels.count % length == 0, channel < labels.count / length else { return [] }
        let rivals = (0..<labels.count / length).filter { $0 != channel }
        let isIn = (0..<length).map { t in
            let own = labels[channel * length + t]
            return rivals.isEmpty ? own >= 0.5 : own > 0 && rivals.allSatisfy { labels[$0 * length + t] < own }
        }
        var stretches: [Range<Int>] = []
        for t in isIn.indices where isIn[t] {
            if t > 0, isIn[t - 1], let last = stretches.popLast() {
                stretches.append(last.lowerBound..<t + 1)
            } else {
                stretches.append(t..<t + 1)
            }
        }
        return stretches
    }

    /// Where an output is asked when nobody says: pickers at their pick, what is said of frames over the event.
    private func usualPlace(_ question: Question, _ output: String) throws -> Question.Where {
        guard question.unit == nil, let meaning = try meaning(of: output) else { return .max }
        switch meaning {
        case .detection, .onsets: return .pick
        case .frames: return .event(1)
        case .classes, .tags: return .mean
        case .amounts: return .max
        }
    }
}

extension Collection {
    fileprivate subscript(safe index: Index) -> Element? { indices.contains(index) ? self[index] : nil }
}

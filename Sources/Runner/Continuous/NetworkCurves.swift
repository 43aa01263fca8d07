import GraphIR
import Interpreter
import Seismic

/// A trained network as a source of curves: its own preparation, its outputs by what they mean.
struct NetworkCurves: CurveSource {
    private let session: Session
    private let weights: Weights
    private let pipeline: Pipeline
    /// One after the other with dropout on; one with it off where nobody asks for uncertainty.
    private let passes: Int
    private let phased: [PickReading.Phased]
    private let detection: String?
    private let symbols: [(name: String, value: Int)]
    /// Whether it answers once a window, of the phase at its centre, and is asked every so many samples.
    let isPoint: Bool

    let phases: [String]
    let components: String
    let rate: Double
    let length: Int
    let step: Int
    let lead: Int
    let model: String
    var hasDetection: Bool { detection != nil }
    var batch: Int { session.batch }

    /// So many samples lie between the questions to a network that answers once a window.
    static let usualStride = 10

    /// A network learns no phases, or not from windows of one rate: refused, with what picking wants.
    ///
    /// - Parameters:
    ///   - stride: samples between the questions to a network that answers once a window.
    ///   - isLikeSeisBench: whether windows are scaled by PyTorch's standard deviation.
    init(
        _ file: NetworkFile, weights stored: Weights, passes: Int = 1, length asked: Int? = nil, threads: Int? = nil,
        memory: Int? = nil, stride: Int? = nil, batch: Int = 32, isLikeSeisBench: Bool = false
    ) throws {
        self.passes = max(1, passes)
        let isShort = (file.network.graph.inputs.first?.type.shape.time.number ?? .max) < 1000
        session = try Session(
            file, seed: 0, threads: threads, memory: memory, keepsDropoutOn: passes > 1,
            batch: isShort ? 8 * batch : batch)
        weights = stored
        let readings = try Readings(session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
        let points = Self.points(session)
        isPoint = readings.picks?.phases.isEmpty ?? true
        phased = isPoint ? points : readings.picks?.phases ?? []
        guard let first = phased.first?.output else {
            throw RunError(
                .badData, "\(file.name) has no curve of a phase to pick from",
                help: "pick wants outputs that learn pick(…) or event(…), or once a window class(by: centre)")
        }
        detection = isPoint ? nil : readings.picks?.detection
        phases = phased.map { $0.phase.rawValue }
        guard let input = session.graph.inputs.first, session.graph.inputs.count == 1, input.type.shape.rank == 2,
            let channels = input.type.shape.channels.number, let rate = input.type.rate
        else {
            throw RunError(
                .refused, "\(file.name) does not take one window of so many channels at a stated rate",
                help: "input waveform: [3, 6000] at 100 Hz")
        }
        self.rate = rate
        components = session.recipe.components(channels: channels)
        let symbol = input.type.shape.time.symbols.first
        let length = input.type.shape.time.number ?? asked ?? Int((60 * rate).rounded())
        self.length = length
        symbols = symbol.map { [($0, length)] } ?? []
        let prepared = try Pipeline(session.recipe, window: input.type, registry: session.registry)
        pipeline = isLikeSeisBench ? prepared.scaledAsPyTorch() : prepared
        let empty = Batch(
            count: 0, inputs: [], lessons: [], symbols: symbols, lengths: [], traces: [], starts: [])
        let answers = try session.machine(.inference, for: empty)
        let counts = session.graph.outputs.indices.map { answers.shape(ofOutput: $0).dropFirst().reduce(1, *) }
        let place = session.graph.outputs.firstIndex { $0.name == first } ?? 0
        let samples = max(1, counts[place])
        guard isPoint ? samples == 1 : length % samples == 0 && samples > 1 else {
            throw RunError(
                .badData,
                "\(file.name) answers \(samples) times a window of \(length) samples, which is no curve along it",
                help: "a network that answers once a window, as GPD, is picked with class(by: centre)")
        }
        step = isPoint ? max(1, min(stride ?? Self.usualStride, length / 2)) : length / samples
        lead = isPoint ? length / 2 % step : 0
        let numbers = stored.values.withUnsafeBytes { SHA256.hex(of: Array($0)) }
        let meaning = session.graph.meaningHash(session.registry)
        model = String(SHA256.hex(of: "\(meaning)\n\(numbers)".utf8).prefix(12))
    }

    /// The phases of outputs that learn the class at a window's centre.
    private static func points(_ session: Session) -> [PickReading.Phased] {
        session.recipe.lessons.flatMap { lesson -> [PickReading.Phased] in
            guard lesson.labeler.name == ClassLabeler.signature.name, ClassLabeler.isOfCentre(lesson.labeler.arguments)
            else { return [] }
            return ClassLabeler.classes(lesson.labeler.arguments).enumerated().compactMap { channel, name in
                Phase(rawValue: name).map { .init(phase: $0, output: lesson.output, channel: channel) }
            }
        }
    }

    /// One answer a window as a curve: nothing is said but of its centre.
    private func atCentre(_ values: [Float]) -> [Float] {
        var curve = [Float](repeating: .nan, count: (length + step - 1) / step)
        curve[min(curve.count - 1, length / 2 / step)] = values.first ?? .nan
        return curve
    }

    /// What the dice of several passes belong to: what a window holds, whichever others it is asked with.
    private static func numbers(of values: [Float], windows: Int) -> [Int] {
        let size = values.count / max(1, windows)
        return (0..<windows).map { window in
            let number = values[window * size..<(window + 1) * size].reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
                ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01B3
            }
            return Int((number ^ number >> 32) & 0x3FFF_FFFF)
        }
    }

    func curves(of windows: [Window]) throws -> [CurveAnswer] {
        guard !windows.isEmpty else { return [] }
        var values: [Float] = []
        values.reserveCapacity(windows.count * components.count * length)
        for window in windows {
            var window = window
            try pipeline.prepare(&window)
            for channel in window.samples { values += channel }
        }
        let channels = values.count / max(1, windows.count * length)
        let batch = Batch(
            count: windows.count,
            inputs: [
                .init(name: session.graph.inputs[0].path, shape: [windows.count, channels, length], values: values)
            ],
            lessons: [], symbols: symbols, lengths: windows.map { _ in length },
            traces: passes > 1 ? Self.numbers(of: values, windows: windows.count) : Array(windows.indices),
            starts: windows.map { _ in 0 })
        let answers = try Predictor(session: session, weights: weights, passes: passes > 1 ? passes : 0)
            .answers(batch)
        let curves = phased.map { ($0.output, $0.channel) } + (detection.map { [($0, 0)] } ?? [])
        return windows.indices.map { window in
            var answer = CurveAnswer(curves: [])
            var spreads: [[Float]] = []
            for (output, channel) in curves {
                guard let said = answers.first(where: { $0.output == output }) else { continue }
                let curve = said.curve(window, channel)
                answer.curves.append(isPoint ? atCentre(curve.values) : curve.values)
                if let spread = curve.spread { spreads.append(isPoint ? atCentre(spread) : spread) }
            }
            answer.spread = spreads.isEmpty ? nil : spreads
            return answer
        }
    }
}

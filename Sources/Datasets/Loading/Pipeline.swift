import GraphIR

/// The way of one trace to a network: preparations, the cut, augmentations, labels, levelling; each in its place.
///
/// A recipe's preparations run in their order. Those that only level and scale, where they end the chain, run last, on
/// what the network will see; what comes before them runs on the whole trace. Between the two the window is cut,
/// augmented and labelled.
public struct Pipeline: Sendable {
    private(set) var early: [any Preparation]
    let cut: Cut
    private(set) var levelling: [any Preparation]
    let augmentations: [(purpose: String, step: any Augmentation)]
    private let window: TensorType
    private let hasOrder: Bool

    /// For networks whose inputs together take windows of this type.
    public init(_ recipe: Recipe, window: TensorType, registry: Registry = .builtIn) throws {
        self.window = window
        var steps: [any Preparation] = []
        for call in recipe.preparations {
            guard let type = registry[.preparation, call.name] as? any Preparation.Type else {
                throw Pipeline.unknown(call)
            }
            try Pipeline.check(call, takes: type.takes, window)
            steps.append(try type.init(call.arguments, window: window))
        }
        hasOrder = steps.contains { $0 is ComponentOrder }
        cut = try steps.lazy.compactMap { $0 as? Cut }.first ?? Cut(Arguments(), window: window)
        steps.removeAll { $0 is Cut }
        let split = (steps.lastIndex { !type(of: $0).isLevelling } ?? -1) + 1
        early = Array(steps[..<split])
        levelling = Array(steps[split...])
        augmentations = try recipe.augmentations.enumerated().map { place, call in
            guard let type = registry[.augmentation, call.name] as? any Augmentation.Type else {
                throw Pipeline.unknown(call)
            }
            try Pipeline.check(call, takes: type.takes, window)
            return ("augment.\(place).\(call.name)", try type.init(call.arguments, window: window))
        }
    }

    /// The same way with deviations over one sample less, as SeisBench takes them when it annotates. They differ by
    /// three parts in a hundred thousand of three channels of a minute; a picker's curves by ten times as much.
    public func scaledAsPyTorch() -> Pipeline {
        func scaled(_ step: any Preparation) -> any Preparation { (step as? Normalize)?.overOneLess() ?? step }
        var same = self
        same.early = early.map(scaled)
        same.levelling = levelling.map(scaled)
        return same
    }

    /// Whether the network looks at pictures.
    var isOfPictures: Bool { window.shape.rank == 3 }

    /// A filter has nothing to say to a picture, nor a mirror to a seismogram.
    private static func check(_ call: PluginCall, takes: Set<SampleKind>, _ window: TensorType) throws {
        let kind: SampleKind = window.shape.rank == 3 ? .picture : .seismogram
        guard takes.contains(kind) else {
            let other = takes.first?.rawValue ?? "nothing"
            throw PreparationError(
                "\(call.name) is for \(other)s, and the network takes \(kind.rawValue)s of \(window.shape)",
                help: "strata layers says what each is for")
        }
    }

    static func unknown(_ call: PluginCall) -> PreparationError {
        PreparationError(
            "there is no \(call.kind.rawValue) '\(call.name)'", help: "see: strata layers, or load the plugin it is in")
    }

    /// Makes a whole trace what the network sees, without augmentation and labels, at its full length.
    public func prepare(_ trace: inout Window) throws {
        try begin(&trace)
        try finish(&trace)
    }

    /// Everything before the cut.
    func begin(_ trace: inout Window) throws {
        try trace.repair()
        guard (trace.plane != nil) == isOfPictures else {
            throw PreparationError(
                trace.plane == nil
                    ? "the data are seismograms and the network takes pictures"
                    : "the data are pictures and the network takes seismograms of \(window.shape)",
                help: "the input of a picture is [channels, height, width], that of a seismogram [channels, time]")
        }
        if isOfPictures { trace.chooseColours(window.shape.channels.number ?? trace.samples.count) }
        for step in early { try step.apply(to: &trace) }
        if isOfPictures { return try checkPicture(trace) }
        if !hasOrder { trace.chooseComponents(window.shape.channels.number) }
        guard let channels = window.shape.channels.number, channels == trace.samples.count else {
            throw PreparationError(
                "the trace has \(trace.samples.count) channels ('\(trace.components)') and the network takes "
                    + "\(window.shape.channels)",
                help: "order(ZNE, missing: zero) in prepare chooses components")
        }
        // Files round rates; a ten-thousandth moves the end of a window of a thousand samples by a tenth of one.
        if let rate = window.rate, abs(rate - trace.rate) > 1e-4 * rate {
            throw PreparationError(
                "the trace has \(trace.rate) samples a second and the network takes \(rate)",
                help: "resample in prepare brings traces to the network's rate")
        }
    }

    /// As many channels as the network takes, and its very size.
    private func checkPicture(_ picture: Window) throws {
        let sizes = window.shape.numbers ?? []
        let plane = picture.plane ?? Plane(height: 0, width: 0)
        guard sizes == [picture.samples.count, plane.height, plane.width] else {
            throw PreparationError(
                "the picture has \(picture.samples.count) channels of \(plane) pixels and the network takes "
                    + "\(window.shape)",
                help: "prepare { resize } brings pictures to the network's size")
        }
    }

    func augment(_ window: inout Window, seed: UInt64, epoch: Int, trace: Int) {
        for augmentation in augmentations {
            var dice = Dice(seed: seed, purpose: augmentation.purpose, round: epoch, subject: trace)
            if augmentation.step.apply(to: &window, dice: &dice) == .ends { return }
        }
    }

    /// Everything after the labels.
    func finish(_ window: inout Window) throws {
        for step in levelling { try step.apply(to: &window) }
        guard window.samples.allSatisfy(\.areFinite) else {
            throw PreparationError(
                "the prepared window holds numbers that are not finite", help: "look at it with: strata data view")
        }
    }

    /// Whether windows are levelled last, so that all of them are of one size.
    public var levels: Bool { !levelling.isEmpty }
    /// Only that, of what is a window already.
    public func level(_ window: inout Window) throws { try finish(&window) }

    /// Each step in words, as `run.json` keeps them.
    public var statements: [String] {
        if isOfPictures {
            return ["colours: as many as the network takes"] + (early + levelling).map(\.statement)
        }
        let order = hasOrder ? [] : ["order: ZNE or Z where the trace has a Z, else as it is"]
        return early.map(\.statement) + order + [cut.statement] + levelling.map(\.statement)
    }
}

extension Window {
    /// Puts the mean of what was recorded where a sample is no number, as at a gap: levelled, it will be zero. Refuses
    /// a trace that holds no number at all.
    mutating func repair() throws {
        guard length > 0, samples.contains(where: { $0.contains(where: \.isFinite) }) else {
            throw PreparationError(
                length == 0 ? "the trace is empty" : "no sample of the trace is a number",
                help: "--skip-bad leaves such traces out and counts them")
        }
        for channel in samples.indices where !samples[channel].areFinite {
            let recorded = samples[channel].filter(\.isFinite)
            let mean = Float(recorded[...].mean)
            for index in samples[channel].indices where !samples[channel][index].isFinite {
                samples[channel][index] = mean
            }
        }
    }

    /// Grey where one channel is wanted (0.299 red, 0.587 green, 0.114 blue), the same grey thrice where three are, and
    /// no opacity where none is.
    fileprivate mutating func chooseColours(_ wanted: Int) {
        guard wanted != samples.count else { return }
        let opacity = samples.count == 2 || samples.count == 4 ? samples.removeLast() : nil
        if samples.count == 3, wanted < 3 {
            let (red, green, blue) = (samples[0], samples[1], samples[2])
            samples = [red.indices.map { 0.299 * red[$0] + 0.587 * green[$0] + 0.114 * blue[$0] }]
        } else if samples.count == 1, wanted >= 3 {
            samples = [samples[0], samples[0], samples[0]]
        }
        if wanted == samples.count + 1 { samples.append(opacity ?? [Float](repeating: 1, count: length)) }
        components = ["", "G", "GA", "RGB", "RGBA"][min(4, samples.count)]
    }

    /// Where a recipe does not say: ZNE for three channels, Z for one, if the trace has a Z.
    fileprivate mutating func chooseComponents(_ channels: Int?) {
        let wanted = channels == 3 ? "ZNE" : channels == 1 ? "Z" : components
        let present = Array(components)
        guard wanted != components, present.count == samples.count else { return }
        let places = wanted.compactMap { present.firstIndex(of: $0) }
        guard places.count == wanted.count else { return }
        samples = places.map { samples[$0] }
        components = wanted
    }
}

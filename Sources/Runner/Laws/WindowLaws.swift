import GraphIR
import Kernels
import Seismic

/// What plugins keep that see windows of seismograms or pictures: preparations, augmentations and labelers.
enum WindowLaws {
    private static let length = 1200
    private static let type = TensorType(Shape(3, .number(length)), rate: 100)
    /// As many numbers as a picture.
    private static let plane = Plane(height: 30, width: 40)
    private static let pictureType = TensorType(Shape(3, 30, 40))
    private static let moved = 40

    /// Noise with an impulse at P and a larger one at S; `late`: all of it that many samples later.
    private static func window(late: Int = 0, isEmpty: Bool = false, of kind: SampleKind = .seismogram) -> Window {
        if kind == .picture { return picture(isEmpty: isEmpty) }
        let random = CounterRandom(seed: 4, stream: "laws")
        let channels = (0..<3).map { channel in
            (0..<length).map { time -> Float in
                guard !isEmpty, time >= late else { return 0 }
                let noise = Float(random.uniform(channel * length + time - late, in: -0.01...0.01))
                return noise + (time == 300 + late ? 100 : time == 420 + late ? 1000 : 0)
            }
        }
        var window = Window(
            samples: channels, components: "ZNE", rate: 100,
            picks: [.init(.P, at: Double(300 + late)), .init(.S, at: Double(420 + late))],
            codaEnd: Double(700 + late), category: "earthquake_local")
        window.metadata["trace_snr_db"] = "[30 30 30]"
        return window
    }

    /// A picture of as many numbers, of noise or of nothing.
    private static func picture(isEmpty: Bool) -> Window {
        let random = CounterRandom(seed: 4, stream: "laws")
        let channels = (0..<3).map { channel in
            (0..<length).map { isEmpty ? 0 : Float(random.uniform(channel * length + $0, in: 0...1)) }
        }
        return Window(samples: channels, components: "RGB", rate: 1, plane: plane)
    }

    private static func kind(_ takes: Set<SampleKind>) -> SampleKind {
        takes.contains(.seismogram) ? .seismogram : .picture
    }
    private static func type(_ kind: SampleKind) -> TensorType { kind == .picture ? pictureType : type }

    private static func isSound(_ window: Window) -> Bool {
        window.samples.allSatisfy { $0.count == window.length && $0.allSatisfy(\.isFinite) }
            && window.picks.allSatisfy(\.sample.isFinite)
    }

    // MARK: Preparations

    static func violations(of type: any Preparation.Type) -> [String] {
        let kind = kind(type.takes)
        guard let step = LawArguments.first(type.signature, { try type.init($0, window: Self.type(kind)) }) else {
            return ["nothing that was tried fits windows of \(Self.type.shape); its laws cannot be checked"]
        }
        var found: [String] = []
        for isEmpty in [false, true] {
            var prepared = window(isEmpty: isEmpty, of: kind)
            guard (try? step.apply(to: &prepared)) != nil else { continue }
            if !isSound(prepared) {
                found.append(
                    "it makes what is no number, or channels of different lengths, of "
                        + (isEmpty ? "silence" : "an earthquake")
                )
            }
        }
        let agree = LawThreads.agree { () -> [[Float]] in
            var prepared = window(of: kind)
            try? step.apply(to: &prepared)
            return prepared.samples
        }
        if !agree { found.append("the same window comes out differently from other threads") }
        guard kind == .seismogram else { return found }
        var prepared = window()
        try? step.apply(to: &prepared)
        // A window that is cut or resampled has its picks where its impulses are.
        if prepared.length != length || prepared.rate != 100 {
            for pick in prepared.picks where pick.sample > 2 && pick.sample < Double(prepared.length) - 3 {
                let place = Int(pick.sample)
                let near = (prepared.samples.first ?? [])[max(0, place - 2)...min(prepared.length - 1, place + 2)]
                if !near.contains(where: { abs($0) > 5 }) { found.append("picks do not stay at their arrivals") }
            }
        }
        return found
    }

    // MARK: Augmentations

    static func violations(of type: any Augmentation.Type) -> [String] {
        let kind = kind(type.takes)
        let made = LawArguments.first(type.signature) { arguments -> any Augmentation in
            var arguments = arguments
            if type.signature.parameter("p") != nil { arguments.set("p", .float(1)) }
            return try type.init(arguments, window: Self.type(kind))
        }
        guard let step = made else {
            return ["nothing that was tried fits windows of \(Self.type.shape); its laws cannot be checked"]
        }
        var found: [String] = []
        for subject in 0..<20 {
            let agree = LawThreads.agree { () -> [[Float]] in
                var augmented = window(of: kind)
                var dice = Dice(seed: 1, purpose: "laws", subject: subject)
                _ = step.apply(to: &augmented, dice: &dice)
                return augmented.samples
            }
            if !agree { found.append("the same dice give other windows: it draws elsewhere, or keeps something") }
            for isEmpty in [false, true] {
                var augmented = window(isEmpty: isEmpty, of: kind)
                var dice = Dice(seed: 1, purpose: "laws", subject: subject)
                _ = step.apply(to: &augmented, dice: &dice)
                if !isSound(augmented) || augmented.length != length {
                    found.append("it makes what is no number, or another length")
                }
                guard !isEmpty else { continue }
                for pick in augmented.picks where pick.sample >= 1 && pick.sample < Double(length - 1) {
                    let near = Int(pick.sample) - 1...Int(pick.sample) + 1
                    let isHeard = augmented.samples.contains { channel in near.contains { abs(channel[$0]) > 1 } }
                    let isSilent = augmented.samples.allSatisfy { channel in near.allSatisfy { channel[$0] == 0 } }
                    if !isHeard, !isSilent { found.append("a pick is not where its impulse went") }
                }
            }
            if !found.isEmpty { break }
        }
        return found
    }

    // MARK: Labelers

    static func violations(of type: any Labeler.Type) -> [String] {
        let outputs = [
            Shape(1, .number(length)), Shape(2, .number(length)), Shape(2), Shape(1), Shape(5), Shape(5, 12),
        ]
        for output in outputs {
            let made = LawArguments.first(type.signature) {
                try type.init($0, window: Self.type, output: TensorType(output, rate: output.rank > 1 ? 100 : nil))
            }
            if let labeler = made { return violations(of: labeler) }
        }
        // What needs a network or columns of its own to be taught cannot be guessed.
        return []
    }

    private static func violations(of labeler: any Labeler) -> [String] {
        guard let count = labeler.label.numbers?.reduce(1, *) else { return [] }
        var found: [String] = []
        let label = labeler.label(for: window())
        if label.values.count != count {
            return ["it announces \(labeler.label), \(count) numbers, and gives \(label.values.count)"]
        }
        if !label.values.allSatisfy(\.isFinite) { found.append("a label holds what is no number") }
        if let mask = label.mask, mask.count != count || !mask.allSatisfy({ $0 == 0 || $0 == 1 }) {
            found.append("its mask is not as long as the label, or holds other numbers than 0 and 1")
        }
        if !LawThreads.agree({ labeler.label(for: window()) }) {
            found.append("the same window gets other labels from other threads")
        }
        guard labeler.label.time.number == length else { return found }
        let later = labeler.label(for: window(late: moved))
        for row in 0..<count / length {
            // Away from the ends, which labels are cut at.
            let places = row * length + 100..<(row + 1) * length - 100 - moved
            if places.contains(where: { label.values[$0] != later.values[$0 + moved] }) {
                found.append("labels do not move with the trace")
                break
            }
        }
        return found
    }
}

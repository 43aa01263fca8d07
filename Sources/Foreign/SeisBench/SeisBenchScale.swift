import GraphIR

/// What a window is divided by, in the words of `normalize`. In SeisBench the same settings mean something else in each
/// class, as its `annotate_batch_pre` has it (0.12.6): the standard deviation is that of the whole window in
/// EQTransformer and of each channel in PhaseNet; a peak is always that of each channel, and `norm_amp_per_comp` means
/// peaks whatever `norm` says.
struct SeisBenchScale: Hashable {
    var by: String
    var each: String

    init(className: String, norm: String, isPeakOfEach: Bool) {
        let isPeak = isPeakOfEach || norm == "peak"
        by = isPeak ? "peak" : norm
        each = isPeak || className != "EQTransformer" ? "channel" : "window"
    }

    /// Of a network's own preparation; `nil` where nothing is divided.
    init?(_ steps: [PluginCall]) {
        guard let step = steps.first(where: { $0.name == "normalize" }), let by = step.arguments["by"],
            let each = step.arguments["each"]
        else { return nil }
        (self.by, self.each) = (by.description, each.description)
    }

    var text: String { "the \(by) of \(each == "channel" ? "each channel" : "the window")" }

    /// The `norm` by which a class divides so; `nil` where none does.
    func norm(in className: String) -> String? {
        ["std", "peak"].first { SeisBenchScale(className: className, norm: $0, isPeakOfEach: false) == self }
    }
}

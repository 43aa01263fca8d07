import GraphIR

/// Adam whose weight decay acts on the weights themselves, not on their gradients (Loshchilov and Hutter 2019).
struct AdamW: Optimizer {
    static let decay = Setting<Double>(
        "decay", "The share of each weight that a step of rate 1 would take away.", standard: 0.01, in: 0...1000)

    static let signature = Signature(
        .optimizer, "adamw",
        """
        Adam with decoupled weight decay: before each step, w = w * (1 - rate * decay).

        Loshchilov and Hutter (2019), arXiv:1711.05101. All trained weights decay, biases too.
        """, AdamStep.settings + [decay], example: "optimizer: adamw(rate: 1e-3, decay: 0.01)")

    let rate: Double
    private let step: AdamStep
    private let decay: Double

    init(_ arguments: Arguments) throws(Complaint) {
        rate = arguments[OptimizerSettings.rate]
        step = AdamStep(arguments)
        decay = arguments[Self.decay]
    }

    var memories: Int { 2 }

    func update(
        _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep
    ) {
        self.step.update(&weights, gradient: gradient, memory: &memory, step, decay: decay)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(AdamW.self, $0) }

import GraphIR

/// Adam: steps of about the learning rate in every direction, whatever the gradient's scale (Kingma and Ba 2015).
struct Adam: Optimizer {
    static let signature = Signature(
        .optimizer, "adam",
        """
        Adam: steps scaled by running means of the gradient and of its square.

        Kingma and Ba (2015), arXiv:1412.6980. `form` and `epsilon` choose between Keras's and PyTorch's reading; they
        differ where gradients are as small as epsilon.
        """, AdamStep.settings, example: "optimizer: adam(rate: 1e-3)")

    let rate: Double
    private let step: AdamStep

    init(_ arguments: Arguments) throws(Complaint) {
        rate = arguments[OptimizerSettings.rate]
        step = AdamStep(arguments)
    }

    var memories: Int { 2 }

    func update(
        _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep
    ) {
        self.step.update(&weights, gradient: gradient, memory: &memory, step, decay: 0)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Adam.self, $0) }

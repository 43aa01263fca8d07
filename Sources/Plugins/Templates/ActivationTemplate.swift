extension PluginTemplate {
    /// What it makes of a number, and how steep it is there.
    static let activation = PluginTemplate("activation", text)
}

private let text = #"""
    import GraphIR
    import Kernels

    /// Sets what is negative to zero and squares the rest. The first sentence is what `strata layers NAME` shows.
    public struct TYPE: Activation {
        public static let signature = Signature(
            .layer, "NAME", "Sets what is negative to zero and squares the rest: `y = max(x, 0)^2`.",
            example: "x -> NAME")

        public let output: TensorType

        public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

        /// Floating-point operations for one number, roughly, for `strata show`.
        public static let operations = 2
        /// `slope` is asked with what came in; without this line, with the result.
        public static let slopeNeedsInput = true

        /// Sixteen numbers at once.
        public func value(_ x: Vector) -> Vector { (x * x).replacing(with: 0, where: x .< Vector.zero) }
        public func slope(_ x: Vector) -> Vector { (x * 2).replacing(with: 0, where: x .< Vector.zero) }
    }

    /// This line registers it: as the layer `NAME`, and as `activation: NAME` of layers that take one.
    /// The same file dropped into Sources/Layers/Activations is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#

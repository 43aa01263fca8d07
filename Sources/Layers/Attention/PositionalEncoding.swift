import GraphIR

/// Adds waves of many lengths, so that attention can tell where a sample stands.
public struct PositionalEncoding: Layer {
    public static let base = Setting<Double>(
        "base", "The longest wave is 2 pi times this many samples.", standard: 10000, in: 1...1e9)

    public static let signature = Signature(
        .layer, "positional_encoding",
        """
        Adds sine and cosine waves of many lengths, so that attention can tell where a sample stands.

        y[2 i, t] = x[2 i, t] + sin(t / base ^ (2 i / channels)), y[2 i + 1, t] = x[2 i + 1, t] + cos(the same)

        Nothing is learned. Vaswani et al. (2017).
        """,
        [base], example: "x -> positional_encoding -> attention(1)")

    public let output: TensorType
    public let base: Double

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.singleSequence("positional_encoding")
        base = try arguments.checked(Self.base)
    }
    public var arithmetic: any Arithmetic { self }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PositionalEncoding.self, $0) }

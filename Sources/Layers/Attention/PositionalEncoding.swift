import Foundation
import GraphIR
import Kernels

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

extension PositionalEncoding: Arithmetic {
    private var channels: Int { output.shape.channels.number ?? 1 }
    private var length: Int { output.shape.time.number ?? 1 }
    private var step: Int { length.roundedUpToLanes }

    /// The waves do not depend on anything: they are drawn once.
    public var preparedCount: Int { Rational.product(channels, step) }
    public var backwardReads: BackwardReads { [] }

    public func prepare(_ pass: Pass) {
        for channel in 0..<channels {
            let speed = pow(base, -Double(channel & ~1) / Double(channels))
            let row = pass.prepared + channel * step
            for t in 0..<length { row[t] = Float(channel & 1 == 0 ? sin(Double(t) * speed) : cos(Double(t) * speed)) }
            (row + length).update(repeating: 0, count: step - length)
        }
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for channel in 0..<channels {
                let (x, y) = (pass.input().row(channel, of: sample), pass.output.row(channel, of: sample))
                var t = 0
                while t < length {
                    (y + t).vector = (x + t).vector + (pass.prepared + (channel &* step &+ t)).vector
                    t &+= lanes
                }
            }
        }
    }

    /// The waves are constants.
    public func relevance(_ pass: Pass) {
        backward(pass)
        for sample in pass.samples where pass.baseline == nil {
            var told = 0.0
            for channel in 0..<channels {
                let c = pass.outputGradient.row(channel, of: sample)
                for t in 0..<length { told += Double(c[t]) * Double(pass.prepared[channel * step + t]) }
            }
            pass.addConstant(told, of: sample)
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            for channel in 0..<channels {
                dx.row(channel, of: sample).update(
                    from: pass.outputGradient.row(channel, of: sample), count: length)
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PositionalEncoding.self, $0) }

/// The example that `strata plugin new NAME` writes: a whole layer, small enough to read in a minute.
public enum PluginTemplate {
    /// `ricker_wavelet` as `RickerWavelet`.
    public static func typeName(of name: String) -> String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// Whether the language can name a layer so: snake_case, a letter first.
    public static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, ("a"..."z").contains(Character(Unicode.Scalar(first))) else { return false }
        return name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
    }
}

extension PluginTemplate {
    /// A layer that multiplies every channel by a weight of its own: the smallest one that has everything.
    public static func swiftSource(name: String) -> String {
        let type = typeName(of: name)
        return """
            import GraphIR
            import Layers

            /// Multiplies every channel by a weight of its own. The first sentence is what `strata layers \(name)`
            /// shows; say below it what else a reader should know: the equation, the paper, the traps.
            public struct \(type): Layer, Arithmetic {
                /// A setting: its type, its name in the language, its meaning, its default and its range. It is checked
                /// before this file sees it.
                static let start = Setting<Double>(
                    "start", "The value that every weight starts with.", standard: 1, in: -10...10)

                public static let signature = Signature(
                    .layer, "\(name)", "Multiplies every channel by a weight of its own: `y[c, t] = w[c] x[c, t]`.",
                    [start],
                    example: "x -> \(name)(start: 0.5)")

                public let output: TensorType
                public let weights: [WeightSpec]
                private let channels: Int

                /// The shape rule: what flows in decides what flows out, or is refused in words. Time may still be a
                /// symbol.
                public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
                    guard inputs[0].shape.rank == 2 else {
                        throw Complaint(.input(0, axis: nil), "\(name) takes [channels, time], not \\(inputs[0].shape)")
                    }
                    guard let channels = inputs[0].shape.channels.number else {
                        throw Complaint(.unknownSize(0, axis: 0), "\(name) must know how many channels come in")
                    }
                    self.channels = channels
                    output = inputs[0]
                    weights = [WeightSpec("weight", [channels], .constant(arguments[Self.start]))]
                }

                /// Floating-point operations for one window, for `strata show`.
                public var flops: Dimension { output.shape.count }
                /// The backward pass reads what came in, and not what went out.
                public var backwardReads: BackwardReads { .inputs }

                public func forward(_ pass: Pass) {
                    let weight = pass.weight(0)
                    for sample in pass.samples {
                        for channel in 0..<channels {
                            let x = pass.input().row(channel, of: sample)
                            let y = pass.output.row(channel, of: sample)
                            for t in 0..<pass.output.width { y[t] = weight[channel] * x[t] }
                        }
                    }
                }

                /// The derivatives: written to the input's gradient, added to the weight's. `nil` where nobody asks.
                public func backward(_ pass: Pass) {
                    let weight = pass.weight(0)
                    for sample in pass.samples {
                        for channel in 0..<channels {
                            let x = pass.input().row(channel, of: sample)
                            let dy = pass.outputGradient.row(channel, of: sample)
                            if let dx = pass.inputGradient()?.row(channel, of: sample) {
                                for t in 0..<pass.output.width { dx[t] = weight[channel] * dy[t] }
                            }
                            if let dw = pass.gradient(0) {
                                var sum: Float = 0
                                for t in 0..<pass.output.width { sum += x[t] * dy[t] }
                                dw[channel] += sum
                            }
                        }
                    }
                }
            }

            /// This line registers it. The same file dropped into Sources/Layers is a built-in.
            @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(\(type).self, $0) }

            """
    }

    /// The same through the C door.
    public static func cSource(name: String) -> String {
        """
        #include "strata_layer.h"
        #include <stddef.h>
        #include <stdio.h>

        /* Multiplies every sample by a gain: y[c, t] = gain * x[c, t]. */

        static int32_t shape(const double *settings, int64_t channels, int64_t time,
                             int64_t *out_channels, int64_t *out_time, char *why, int64_t why_size) {
            (void)settings;
            if (channels < 1) {
                snprintf(why, (size_t)why_size, "\(name) needs a channel");
                return 1;
            }
            *out_channels = channels;
            *out_time = time;
            return 0;
        }

        static void forward(const double *settings, const float *weights, int64_t channels, int64_t time,
                            const float *x, int64_t x_stride, float *y, int64_t y_stride) {
            (void)weights;
            for (int64_t c = 0; c < channels; c++)
                for (int64_t t = 0; t < time; t++)
                    y[c * y_stride + t] = (float)settings[0] * x[c * x_stride + t];
        }

        static void backward(const double *settings, const float *weights, int64_t channels, int64_t time,
                             const float *x, int64_t x_stride, const float *dy, int64_t dy_stride,
                             float *dx, int64_t dx_stride, float *dweights) {
            (void)weights, (void)x, (void)x_stride, (void)dweights;
            if (dx == NULL) return;
            for (int64_t c = 0; c < channels; c++)
                for (int64_t t = 0; t < time; t++)
                    dx[c * dx_stride + t] = (float)settings[0] * dy[c * dy_stride + t];
        }

        int32_t strata_layer(strata_layer_table *table) {
            if (table->version != STRATA_LAYER_VERSION || table->size != sizeof(strata_layer_table)) return 1;
            table->name = "\(name)";
            table->documentation = "Multiplies every sample by a gain.";
            table->settings = "gain = 1.0 | -100 .. 100 | How much louder.";
            table->shape = shape;
            table->weights = NULL;
            table->forward = forward;
            table->backward = backward;
            return 0;
        }

        """
    }
}

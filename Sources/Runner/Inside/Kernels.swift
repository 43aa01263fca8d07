import Foundation
import GraphIR
import Interpreter
import Kernels
import Layers

/// The kernels of a convolution, along time, with what they do to frequencies.
public struct KernelFinding: Sendable {
    public struct Kernel: Sendable {
        public var filter: Int
        public var channel: Int
        public var taps: [Float]
        /// Where its amplitude is largest, in Hz, and how wide it is at half of that.
        public var peak: Double
        public var halfWidth: Double
        /// The share of its filter's energy that this channel has.
        public var energy: Double
    }
    public var layer: String
    /// Samples a second where it looks.
    public var rate: Double
    public var kernels: [Kernel]
    public var filters: Int
    public var channels: Int
    /// For deeper layers: the norm of each kernel, `[filters, channels]`.
    public var norms: [Float]
}

extension Subject {
    /// The kernels of a layer; of the first convolution where none is named.
    public func kernels(_ path: String? = nil) throws -> KernelFinding {
        let first = graph.nodes.firstIndex { $0.kind == Conv.signature.name && $0.type.shape.rank == 2 }
        guard let index = try path.map({ try self.node($0) }) ?? first else {
            throw RunError(
                .refused, "\(name) has no convolution along time to look at",
                help: "strata inside maps shows what its layers make of a trace")
        }
        let node = graph.nodes[index]
        guard let spec = node.weights.first(where: { $0.name == "weight" && $0.shape.count == 3 }),
            let values = weights[node.weightName(spec)]
        else {
            throw RunError(.refused, "'\(node.path)' has no kernels along time", help: "--layer names a conv")
        }
        let (filters, channels, taps) = (spec.shape[0], spec.shape[1], spec.shape[2])
        let rate = graph.nodes[node.inputs[0]].type.rate ?? self.rate
        var kernels: [KernelFinding.Kernel] = []
        for filter in 0..<filters {
            let rows = (0..<channels).map { channel -> [Float] in
                let start = (filter * channels + channel) * taps
                return Array(values[start..<start + taps])
            }
            let energies = rows.map { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }
            let all = energies.reduce(0, +)
            for channel in 0..<channels {
                let (peak, wide) = Self.response(rows[channel], rate: rate)
                kernels.append(
                    .init(
                        filter: filter, channel: channel, taps: rows[channel], peak: peak, halfWidth: wide,
                        energy: all > 0 ? energies[channel] / all : 0))
            }
        }
        return KernelFinding(
            layer: node.path, rate: rate, kernels: kernels, filters: filters, channels: channels,
            norms: kernels.map { Float($0.taps.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()) })
    }

    private static func response(_ taps: [Float], rate: Double) -> (peak: Double, halfWidth: Double) {
        let amplitude = amplitude(taps)
        guard let best = amplitude.indices.max(by: { amplitude[$0] < amplitude[$1] }), amplitude[best] > 0 else {
            return (0, 0)
        }
        let half = amplitude.count(where: { $0 >= amplitude[best] / 2 })
        let step = rate / 2 / Double(amplitude.count - 1)
        return (Double(best) * step, Double(half) * step)
    }

    /// The amplitude response from 0 to half the sampling rate.
    static func amplitude(_ taps: [Float]) -> [Double] {
        let transform = Fourier(atLeast: 512)
        var (re, im) = (
            [Double](repeating: 0, count: transform.length), [Double](repeating: 0, count: transform.length)
        )
        for (place, tap) in taps.enumerated() { re[place % transform.length] += Double(tap) }
        transform.forward(&re, &im)
        return (0...transform.length / 2).map { (re[$0] * re[$0] + im[$0] * im[$0]).squareRoot() }
    }
}

extension KernelFinding {
    public var text: String {
        var lines = ["\(layer): \(filters) filters of \(channels) channels, at \(Figures.fixed(rate, places: 1)) Hz"]
        for filter in 0..<min(filters, 32) {
            let own = kernels.filter { $0.filter == filter }
            let best = own.max { $0.energy < $1.energy }
            lines.append(
                "  filter \(filter): peak \(Figures.fixed(best?.peak ?? 0, places: 1)) Hz, half-width "
                    + "\(Figures.fixed(best?.halfWidth ?? 0, places: 1)) Hz, energy "
                    + own.prefix(6).map { RelevanceFinding.percent($0.energy) }.joined(separator: " "))
        }
        if filters > 32 { lines.append("  and \(filters - 32) more") }
        return lines.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "format": 1, "layer": .string(layer), "rate": .number(rate),
            "kernels": .array(
                kernels.map {
                    [
                        "filter": .int($0.filter), "channel": .int($0.channel), "peak_hz": .number($0.peak),
                        "half_width_hz": .number($0.halfWidth), "energy": .number($0.energy),
                        "taps": .array($0.taps.map { .number(Double($0)) }),
                    ]
                }),
        ]
    }
}

import Datasets
import Files

extension Trace {
    /// A picture as a sample: a channel for each colour, its rows one behind the other, from 0 to 1. There is no time
    /// in it, so its rate is one.
    public init(_ picture: Picture, name: String, metadata: TraceMetadata) {
        self.init(
            planes: picture.planes, plane: Plane(height: picture.height, width: picture.width), name: name,
            metadata: metadata)
    }

    public init(planes: [[Float]], plane: Plane, name: String, metadata: TraceMetadata) {
        var samples: [Float] = []
        samples.reserveCapacity(planes.count * plane.count)
        for channel in planes { samples += channel }
        self.init(
            name: name, rate: 1, components: ["", "G", "GA", "RGB", "RGBA"][min(4, planes.count)], samples: samples,
            length: plane.count, plane: plane, metadata: metadata)
    }

    /// The picture for people: eight bits, numbers beyond 0 and 1 held there; `nil` for a seismogram.
    public var picture: Picture? {
        guard let plane, (1...4).contains(channels) else { return nil }
        var values: [UInt8] = []
        values.reserveCapacity(samples.count)
        for pixel in 0..<length {
            for channel in 0..<channels {
                let value = samples[channel * length + pixel]
                values.append(value.isFinite ? UInt8((max(0, min(1, value)) * 255).rounded()) : 0)
            }
        }
        return Picture(width: plane.width, height: plane.height, channels: channels, values: .bytes(values))
    }
}

/// The side on which a picture lies that nobody put on one: by its name, so that it stays there when others come or go.
public enum DrawnSide {
    public static func side(of name: String) -> Split {
        let share = place(of: name)
        return share < 0.7 ? .train : share < 0.8 ? .dev : .test
    }
    /// One in ten of those that teach decides instead.
    public static func sideOfTraining(_ name: String) -> Split { place(of: name) < 0.1 ? .dev : .train }

    /// At least 0 and less than 1.
    private static func place(of name: String) -> Double {
        var hash = UInt64(0xCBF2_9CE4_8422_2325)
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // The last bytes reach the high bits only after some more turns.
        for _ in 0..<3 { hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD }
        return Double(hash >> 11) / Double(1 << 53)
    }
}

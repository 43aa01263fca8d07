import Datasets
import GraphIR

/// The pictures that a network takes.
public struct PictureShape: Hashable, Sendable {
    public let channels: Int
    public let plane: Plane

    /// Refuses inputs that are no pictures.
    public init(_ window: TensorType, of plugin: String) throws(Complaint) {
        guard window.shape.rank == 3, let sizes = window.shape.numbers else {
            throw Complaint(
                .input(0, axis: nil), "\(plugin) is for pictures, and the input is \(window.shape)",
                help: "the input of a picture is [channels, height, width], as input image: [3, 64, 64]")
        }
        (channels, plane) = (sizes[0], Plane(height: sizes[1], width: sizes[2]))
    }
}

extension Window {
    /// Other numbers in another arrangement, all of them seen.
    public mutating func replace(_ samples: [[Float]], plane: Plane) {
        self.samples = samples
        self.plane = plane
        valid = 0..<plane.count
    }

    /// Keeps some rows and columns; the part may reach beyond the picture, where its nearest pixels go on.
    public mutating func cut(_ part: Plane, row: Int, column: Int) {
        guard let plane, plane.count > 0, row != 0 || column != 0 || part != plane else { return }
        let columns = (column..<column + part.width).map { max(0, min(plane.width - 1, $0)) }
        let cut = samples.map { channel in
            var out: [Float] = []
            out.reserveCapacity(part.count)
            for y in row..<row + part.height {
                let start = max(0, min(plane.height - 1, y)) * plane.width
                for x in columns { out.append(channel[start + x]) }
            }
            return out
        }
        replace(cut, plane: part)
    }

    /// Changes every number of every channel.
    public mutating func changeAll(_ change: (Float) -> Float) {
        for channel in samples.indices {
            for index in samples[channel].indices { samples[channel][index] = change(samples[channel][index]) }
        }
    }
}

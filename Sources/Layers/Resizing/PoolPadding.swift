import GraphIR

/// What a pool does where its window meets the end of the signal.
public enum PoolPadding: String, Word {
    /// Windows may hang over both ends, as in TensorFlow: ceil(length / stride) results. What hangs over is not there:
    /// it neither wins a maximum nor counts in an average.
    case same
    /// Every window lies inside; samples that are left over at the end are dropped.
    case valid
    /// Windows start inside, and the last may hang over the end, as PyTorch's `ceil_mode` and Caffe.
    case ceil

    public static let documentation = "Whether a window may hang over both ends (same), none (valid) or the end (ceil)."
}

extension SlidingWindow {
    /// The windows of a pool: `stride` is the window's own size unless it is said.
    public static func pool(
        size: Extent, stride: Extent?, padding: PoolPadding, axes: Int
    ) throws(Complaint) -> [SlidingWindow] {
        let sizes = try size.sizes(for: axes, of: "size")
        let strides = try (stride ?? size).sizes(for: axes, of: "stride")
        return (0..<axes).map { axis in
            let rule: Rule =
                switch padding {
                case .same: .padded(.same)
                case .valid: .padded(.valid)
                case .ceil: .ceil
                }
            return SlidingWindow(kernel: sizes[axis], stride: strides[axis], rule: rule)
        }
    }
}

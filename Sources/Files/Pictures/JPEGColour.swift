extension JPEG.Decoder {
    /// The picture from the coefficients that were read.
    func picture() throws(DataError) -> Picture {
        let count = frame.width * frame.height
        var planes: [[UInt8]] = []
        for component in frame.components {
            guard let divisors = component.divisors, component.bitsLeft.allSatisfy({ $0 == 0 }) else {
                throw file.error(at: place, expected: "every bit of every colour", found: "the end before them")
            }
            let samples = JPEG.Transform.samples(of: component, divisors: divisors)
            planes.append(JPEG.Enlargement(component, frame).plane(samples))
        }
        let values: [UInt8]
        if planes.count == 1 {
            values = planes[0]
        } else {
            values = isStoredAsRGB ? JPEG.interleaved(planes, count) : JPEG.coloured(planes, count)
        }
        guard
            let picture = Picture(
                width: frame.width, height: frame.height, channels: planes.count, values: .bytes(values),
                orientation: orientation)
        else { throw file.error(at: nil, expected: "\(count) pixels", found: "\(values.count) numbers") }
        return picture
    }

    /// What JFIF and Adobe say, or else the names of the colours.
    private var isStoredAsRGB: Bool {
        if hasJFIF { return false }
        if let adobe { return adobe == 0 }
        return frame.components.map(\.name) == Array("RGB".utf8).map(Int.init)
    }
}

extension JPEG {
    static func interleaved(_ planes: [[UInt8]], _ count: Int) -> [UInt8] {
        var values = [UInt8](repeating: 0, count: 3 * count)
        for (channel, plane) in planes.enumerated() {
            for index in 0..<count { values[3 * index + channel] = plane[index] }
        }
        return values
    }

    /// Brightness and two differences to red, green and blue (ITU-R BT.601, full range), with sixteen bits behind the
    /// point.
    static func coloured(_ planes: [[UInt8]], _ count: Int) -> [UInt8] {
        func fixed(_ factor: Double) -> Int { Int((factor * 65536).rounded()) }
        let half = 1 << 15
        let differences = (0..<256).map { $0 - 128 }
        let red = differences.map { (fixed(1.402) * $0 + half) >> 16 }
        let blue = differences.map { (fixed(1.772) * $0 + half) >> 16 }
        let green = (
            blue: differences.map { -fixed(0.34414) * $0 + half }, red: differences.map { -fixed(0.71414) * $0 }
        )
        func held(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: max(0, min(255, value))) }
        var values = [UInt8](repeating: 0, count: 3 * count)
        let (bright, blues, reds) = (planes[0], planes[1], planes[2])
        for index in 0..<count {
            let (y, b, r) = (Int(bright[index]), Int(blues[index]), Int(reds[index]))
            values[3 * index] = held(y + red[r])
            values[3 * index + 1] = held(y + (green.blue[b] + green.red[r]) >> 16)
            values[3 * index + 2] = held(y + blue[b])
        }
        return values
    }

    /// A colour that is sampled more coarsely, at the picture's own size. Half as many samples are enlarged smoothly: a
    /// new sample is three parts the nearest old one and one part the next. Other ratios repeat samples.
    struct Enlargement {
        private let component: Component
        private let width: Int
        private let height: Int
        private let ratio: (h: Int, v: Int)
        private let stride: Int

        init(_ component: Component, _ frame: Frame) {
            self.component = component
            (width, height) = (frame.width, frame.height)
            ratio = (frame.most.h / component.h, frame.most.v / component.v)
            stride = 8 * component.storedWide
        }

        func plane(_ samples: [UInt8]) -> [UInt8] {
            var plane = [UInt8](repeating: 0, count: width * height)
            let isWideEnough = component.width > 2
            for y in 0..<height {
                switch ratio {
                case (2, 1) where isWideEnough:
                    let row = y * stride
                    widen(y, 4, rounding: (1, 2), &plane) { Int(samples[row + $0]) }
                case (2, 2) where isWideEnough:
                    let (near, far) = rows(y)
                    widen(y, 16, rounding: (8, 7), &plane) { 3 * Int(samples[near + $0]) + Int(samples[far + $0]) }
                case (1, 2):
                    let (near, far) = rows(y)
                    let rounding = y % 2 == 0 ? 1 : 2
                    for x in 0..<width {
                        let sum = 3 * Int(samples[near + x]) + Int(samples[far + x]) + rounding
                        plane[y * width + x] = UInt8(truncatingIfNeeded: sum >> 2)
                    }
                default:
                    let row = y / ratio.v * stride
                    for x in 0..<width { plane[y * width + x] = samples[row + x / ratio.h] }
                }
            }
            return plane
        }

        /// Where the nearest row begins, and the next nearest.
        private func rows(_ y: Int) -> (near: Int, far: Int) {
            let near = y / 2
            let far = max(0, min(component.height - 1, y % 2 == 0 ? near - 1 : near + 1))
            return (near * stride, far * stride)
        }

        /// One row, twice as wide: `whole` is what a full sample of the result counts, and the roundings are those of
        /// the left and of the right half.
        @inline(__always)
        private func widen(
            _ y: Int, _ whole: Int, rounding: (Int, Int), _ plane: inout [UInt8], _ sample: (Int) -> Int
        ) {
            let shift = whole.trailingZeroBitCount
            // At the ends there is no next sample: the nearest stands alone.
            let last = component.width - 1
            for x in 0..<width {
                let near = x / 2
                let isLeft = x % 2 == 0
                let next = isLeft ? near - 1 : near + 1
                let sum =
                    next < 0 || next > last ? 4 * sample(near) : 3 * sample(near) + sample(next)
                let add = isLeft ? rounding.0 : rounding.1
                plane[y * width + x] = UInt8(truncatingIfNeeded: (sum + add) >> shift)
            }
        }
    }
}

import Foundation
import GraphIR
import Kernels

extension LogFilterBank: Arithmetic {
    public var backwardReads: BackwardReads { .inputs }
    /// The transform's turns, then the Hamming window.
    public var preparedCount: Int { Rational.sum(fft, window) }
    /// Sixteen frames' spectra, and a number for each band.
    public var scratchCount: Int { Rational.product(lanes, Rational.sum(2 * fft, bands)) }

    public func prepare(_ pass: Pass) {
        FrameTransform.fillTurns(pass.prepared, points: fft)
        for t in 0..<window {
            pass.prepared[fft + t] = Float(0.54 - 0.46 * cos(2 * Double.pi * Double(t) / Double(window - 1)))
        }
    }

    private func transform(_ pass: Pass) -> FrameTransform {
        FrameTransform(
            points: fft, turns: pass.prepared, real: pass.scratch, imaginary: pass.scratch + fft * lanes)
    }
    private func sums(_ pass: Pass) -> UnsafeMutablePointer<Float> { pass.scratch + 2 * fft * lanes }

    private func frames(of length: Int) -> Int { length < window ? 0 : (length - window) / hop + 1 }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let frames = frames(of: pass.input().length(of: sample))
            for channel in 0..<channels {
                let x = pass.input().row(channel, of: sample).reading
                for first in stride(from: 0, to: frames, by: lanes) {
                    let count = min(lanes, frames - first)
                    spectra(pass, x + first * hop, count)
                    for band in 0..<bands {
                        let energy = energy(pass, band) + Vector(Float(floor))
                        let y = pass.output.row(channel * bands + band, of: sample) + first
                        // Not sixteen at a time: the logarithm of an energy that is no number must be none either.
                        for lane in 0..<count { y[lane] = log(energy[lane]) }
                    }
                }
            }
        }
    }

    /// The spectra of up to sixteen frames, the first of which begins here.
    private func spectra(_ pass: Pass, _ x: UnsafePointer<Float>, _ count: Int) {
        let transform = transform(pass)
        transform.real.update(repeating: 0, count: 2 * fft * lanes)
        for t in 0..<window {
            let hamming = pass.prepared[fft + t]
            let row = transform.real + t &* lanes
            for lane in 0..<count { row[lane] = hamming * x[lane &* hop &+ t] }
        }
        transform.run(sign: -1)
    }

    /// The lines under a band's triangle.
    private func lines(_ band: Int) -> ClosedRange<Int> {
        let first = Int(corners[band]) + 1
        return first...max(first, min(fft / 2, Int(corners[band + 2])))
    }
    /// How high the triangle of a band stands at a line.
    @inline(__always)
    private func height(_ band: Int, _ line: Int) -> Float {
        let at = Double(line)
        let rise = (at - corners[band]) / (corners[band + 1] - corners[band])
        let fall = (corners[band + 2] - at) / (corners[band + 2] - corners[band + 1])
        return Float(max(0, min(rise, fall)))
    }
    @inline(__always)
    private func strength(_ transform: FrameTransform, _ line: Int) -> Vector {
        let (real, imaginary) = ((transform.real + line &* lanes).vector, (transform.imaginary + line &* lanes).vector)
        let power = real * real + imaginary * imaginary
        return spectrum == .power ? power : power.squareRoot()
    }

    private func energy(_ pass: Pass, _ band: Int) -> Vector {
        let transform = transform(pass)
        var sum = Vector.zero
        for line in lines(band) { sum += strength(transform, line) * height(band, line) }
        return sum
    }

    public func backward(_ pass: Pass) { backward(pass, alongChords: false) }

    /// The logarithm is followed along its chord from the floor, a power goes half to each of its two factors, and a
    /// magnitude scales with what comes in. The floor's own logarithm is a constant.
    public func relevance(_ pass: Pass) {
        backward(pass, alongChords: true)
        for sample in pass.samples where pass.baseline == nil {
            var told = 0.0
            for row in 0..<pass.outputGradient.rows {
                let c = pass.outputGradient.row(row, of: sample)
                for t in 0..<pass.outputGradient.length(of: sample) { told += Double(c[t]) }
            }
            pass.addConstant(Double(log(Float(floor))) * told, of: sample)
        }
    }

    private func backward(_ pass: Pass, alongChords: Bool) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let length = pass.input().length(of: sample)
            for channel in 0..<channels {
                let slopes = dx.row(channel, of: sample)
                slopes.update(repeating: 0, count: length)
                for first in stride(from: 0, to: frames(of: length), by: lanes) {
                    let count = min(lanes, frames(of: length) - first)
                    spectra(pass, pass.input().row(channel, of: sample) + first * hop, count)
                    slopesOfBands(pass, channel, sample, first, count, alongChords)
                    slopesOfSpectra(pass, alongChords)
                    scatter(pass, slopes + first * hop, count)
                }
            }
        }
    }

    /// The slopes along each band's energy.
    private func slopesOfBands(
        _ pass: Pass, _ channel: Int, _ sample: Int, _ first: Int, _ count: Int, _ alongChords: Bool
    ) {
        for band in 0..<bands {
            let energy = energy(pass, band) + Vector(Float(floor))
            let dy = pass.outputGradient.row(channel * bands + band, of: sample) + first
            let slopes = sums(pass) + band &* lanes
            for lane in 0..<lanes {
                let slope = lane >= count ? 0 : alongChords ? dy[lane] * chord(energy[lane]) : dy[lane] / energy[lane]
                slopes[lane] = slope
            }
        }
    }

    /// The straight line from the logarithm of the floor to that of an energy above it.
    private func chord(_ energy: Float) -> Float {
        let above = energy - Float(floor)
        return above > 1e-3 * Float(floor) ? (log(energy) - log(Float(floor))) / above : 1 / energy
    }

    /// In place: from the spectra to the slopes along them. A line without strength has no direction to grow in.
    private func slopesOfSpectra(_ pass: Pass, _ alongChords: Bool) {
        let transform = transform(pass)
        for line in 0..<fft {
            let (real, imaginary) = (transform.real + line &* lanes, transform.imaginary + line &* lanes)
            var slope = Vector.zero
            if line <= fft / 2 {
                for band in bands(at: line) where lines(band).contains(line) {
                    slope += (sums(pass) + band &* lanes).vector * height(band, line)
                }
            }
            let strength = strength(transform, line)
            let factor =
                spectrum == .power
                ? (alongChords ? slope : slope * 2)
                : (slope / strength).replacing(with: Vector.zero, where: strength .<= Vector.zero)
            real.vector = real.vector * factor
            imaginary.vector = imaginary.vector * factor
        }
        transform.run(sign: 1)
    }

    /// The bands whose triangles may cover a line: at most two.
    private func bands(at line: Int) -> Range<Int> {
        var low = 0, high = bands
        while low < high {
            let middle = (low + high) / 2
            if corners[middle + 2] <= Double(line) { low = middle + 1 } else { high = middle }
        }
        return low..<min(bands, low + 2)
    }

    private func scatter(_ pass: Pass, _ slopes: UnsafeMutablePointer<Float>, _ count: Int) {
        let transform = transform(pass)
        for t in 0..<window {
            let hamming = pass.prepared[fft + t]
            let row = transform.real + t &* lanes
            for lane in 0..<count { slopes[lane &* hop &+ t] += hamming * row[lane] }
        }
    }
}

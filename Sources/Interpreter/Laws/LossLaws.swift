import GraphIR
import Layers

/// What every loss keeps: its slopes are those of its value, what the mask leaves out does not matter, and it writes
/// nothing but its gradient.
public enum LossLaws {
    private static let channels = 3
    private static let positions = 17

    public static func violations(of type: any Loss.Type) -> [String] {
        let shape = Shape(.number(channels), .number(positions))
        let loss: any Loss
        do throws(Complaint) {
            loss = try type.init(type.signature.defaults, output: TensorType(shape, rate: 100), label: shape)
        } catch {
            return ["it refuses its own defaults on \(shape): \(error.message)"]
        }
        let random = CounterRandom(seed: 1, stream: type.signature.name)
        let count = channels * positions
        // Probabilities that sum to one over the channels fit every loss we know.
        var output = (0..<count).map { 0.1 + random.uniform($0) }
        var label = (0..<count).map { 0.05 + random.uniform(count + $0) }
        for position in 0..<positions {
            for values in [\LossArrays.output, \LossArrays.label] {
                var arrays = LossArrays(output: output, label: label)
                let places = (0..<channels).map { $0 * positions + position }
                let sum = places.reduce(Float(0)) { $0 + arrays[keyPath: values][$1] }
                for place in places { arrays[keyPath: values][place] /= sum }
                (output, label) = (arrays.output, arrays.label)
            }
        }
        let mask: [Float] = (0..<count).map { ($0 % positions) % 4 == 3 ? 0 : 1 }
        return check(loss, output, label, mask: nil) + check(loss, output, label, mask: mask)
    }

    private struct LossArrays {
        var output: [Float]
        var label: [Float]
    }

    private static func check(_ loss: any Loss, _ output: [Float], _ label: [Float], mask: [Float]?) -> [String] {
        let which = mask == nil ? "" : " under a mask"
        let (value, slopes, isTidy) = measure(loss, output, label, mask)
        guard value.isFinite, slopes.allSatisfy(\.isFinite) else {
            return ["its value or its slopes are not finite\(which)"]
        }
        var found: [String] = []
        if !isTidy { found.append("it writes outside its gradient\(which)") }
        let largest = slopes.reduce(Float(0)) { max($0, abs($1)) }
        var wrong: (index: Int, numeric: Double)?
        for index in output.indices {
            var moved = output
            moved[index] += 1e-3
            let above = measure(loss, moved, label, mask).value
            let high = moved[index]
            moved[index] = output[index] - 1e-3
            let below = measure(loss, moved, label, mask).value
            let numeric = (above - below) / Double(high - moved[index])
            if abs(numeric - Double(slopes[index])) > 0.01 * Double(largest) + 1e-6, wrong == nil {
                wrong = (index, numeric)
            }
            if mask?[index] == 0, slopes[index] != 0 || above != value {
                return found + ["what its mask leaves out still matters"]
            }
        }
        if let wrong {
            found.append("its gradient is wrong\(which): \(slopes[wrong.index]) where differences say \(wrong.numeric)")
        }
        return found
    }

    private static func measure(_ loss: any Loss, _ output: [Float], _ label: [Float], _ mask: [Float]?)
        -> (value: Double, slopes: [Float], isTidy: Bool)
    {
        let border = 32
        let canary = Float(bitPattern: 0x7FC5_7A7A)
        var room = [Float](repeating: canary, count: output.count + 2 * border)
        var value = 0.0
        room.withUnsafeMutableBufferPointer { room in
            output.withUnsafeBufferPointer { output in
                label.withUnsafeBufferPointer { label in
                    (mask ?? []).withUnsafeBufferPointer { masked in
                        guard let gradient = room.baseAddress, let output = output.baseAddress,
                            let label = label.baseAddress
                        else { return }
                        value = loss.measure(
                            LossWindow(
                                output: output, label: label, mask: mask == nil ? nil : masked.baseAddress,
                                gradient: gradient + border, channels: channels, positions: positions))
                    }
                }
            }
        }
        let isTidy = (room.prefix(border) + room.suffix(border)).allSatisfy { $0.bitPattern == canary.bitPattern }
        return (value, Array(room[border..<border + output.count]), isTidy)
    }
}

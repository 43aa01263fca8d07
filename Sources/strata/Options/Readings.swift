import GraphIR
import Runner
import Seismic

// Texts that mean more than a number or a word.

extension Reading {
    /// `2024-05-06` or `2024-05-06T07:08:09`.
    static func time(of option: String) -> @Sendable (String) throws -> Instant {
        { text in
            guard let time = Instant(text) else {
                throw Exit(.usage, "\(option) takes a time as 2024-05-06T07:08:09, not '\(text)'")
            }
            return time
        }
    }

    /// Whole numbers between commas.
    ///
    /// - `complaint`: of a part that is none, or out of range.
    static func numbers(
        _ text: String, in range: ClosedRange<Int>, complaint: (_ part: String) -> String
    ) throws -> [Int] {
        let parts = text.split(separator: ",")
        guard !parts.isEmpty else { throw Exit(.usage, complaint(text)) }
        return try parts.map { part in
            guard let number = Int(part), range.contains(number) else {
                throw Exit(.usage, complaint(String(part)))
            }
            return number
        }
    }

    /// `detection=0.3,P=0.1,S=0.1`.
    @Sendable static func thresholds(_ text: String) throws -> PickThresholds {
        var thresholds = PickThresholds(detection: 0.2, phases: [])
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let value = Double(pair[1]), (0...1).contains(value), !pair[0].isEmpty else {
                throw Exit(.usage, "--thresholds takes NAME=NUMBER from 0 to 1, not '\(part)'")
            }
            if pair[0] == "detection" {
                thresholds.detection = value
            } else {
                thresholds.phases.append(.init(String(pair[0]), value))
            }
        }
        return thresholds
    }
}

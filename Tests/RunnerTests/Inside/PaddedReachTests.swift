import GraphIR
import Interpreter
import Testing

@testable import Runner

/// How far padding's zeros reach, held against what a network itself does.
@Suite struct PaddedReachTests {
    private func reach(_ chain: String) throws -> PaddedReach {
        let text = "network N {\n input waveform: [1, 200] at 100 Hz\n output y = waveform -> \(chain)\n}"
        return PaddedReach(try ToyStudy.file(text: text).network.graph)
    }

    @Test(arguments: [
        ("conv(2, 7)", 3, 3), ("conv(2, 7, padding: valid)", 0, 0), ("conv(2, 7, padding: causal)", 6, 0),
        ("conv(2, 7) -> conv(2, 5)", 5, 5), ("conv(2, 7) -> lstm(3) -> conv(2, 51)", 3, 3), ("relu", 0, 0),
        ("conv(2, 3, dilation: 4)", 4, 4), ("conv(2, 3) -> max_pool(2) -> conv(2, 3)", 3, 3),
    ])
    func itIsHalfOfWhatConvolutionsSee(chain: String, start: Int, end: Int) throws {
        let found = try reach(chain)
        #expect(found.start == start && found.end == end, "\(chain): \(found)")
    }
}

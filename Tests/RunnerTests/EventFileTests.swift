import GraphIR
import Testing

@testable import Runner

@Suite struct EventFileTests {
    @Test func bytesOfTensorBoardsOwnWriter() throws {
        let fixture = try Fixture.json("tensorboard.json")
        #expect(SHA256.hex(EventFile.header(time: 1_700_000_000.5)) == fixture["header"]?.string)
        let event = EventFile.Event(
            time: 1_700_000_001.25, step: 300, scalars: [("loss/train", 0.125), ("rate", 1e-3)])
        #expect(SHA256.hex(EventFile.record(event)) == fixture["event"]?.string)
    }
}

import Testing

@testable import Runner

@Suite struct RowNamesTests {
    @Test func rowsSayWhatDiffers() {
        let rows = RowNames(["eqt", "eqt drop=0.1 train.batch=8", "eqt drop=0.2 train.batch=8"])
        #expect(rows.names == ["eqt", "drop=0.1 batch=8", "drop=0.2 batch=8"])
        #expect(RowNames(["eqt drop=0.1", "tcn drop=0.1"]).names == ["eqt", "tcn"])
        #expect(RowNames(["eqt drop=0.1"]).names == ["eqt drop=0.1"])
        #expect(RowNames([]).names == [])
        // As much of a setting's name as tells it from the others; a value may have dots and signs of its own.
        let alike = RowNames(["a", "a p.width=1.5 s.width=2", "a p.width=x.y=z train.optimizer.rate=1e-3"])
        #expect(alike.names == ["a", "p.width=1.5 s.width=2", "p.width=x.y=z rate=1e-3"])
    }

    @Test func whatIsCutIsTheBeginning() {
        #expect(RowNames.fitting("train.optimizer.rate=0.001", 11) == "…rate=0.001")
        #expect(RowNames.fitting("rate=0.001", 10) == "rate=0.001")
    }
}

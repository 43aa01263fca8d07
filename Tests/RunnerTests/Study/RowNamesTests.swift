import Testing

@testable import Runner

@Suite struct RowNamesTests {
    @Test func rowsSayWhatDiffers() {
        let rows = RowNames(["eqt", "eqt drop=0.1 train.batch=8", "eqt drop=0.2 train.batch=8"])
        #expect(rows.names == ["eqt", "drop=0.1 train.batch=8", "drop=0.2 train.batch=8"])
        #expect(RowNames(["eqt drop=0.1", "tcn drop=0.1"]).names == ["eqt", "tcn"])
        #expect(RowNames(["eqt drop=0.1"]).names == ["eqt drop=0.1"])
        #expect(RowNames([]).names == [])
    }

    @Test func whatIsCutIsTheBeginning() {
        #expect(RowNames.fitting("train.optimizer.rate=0.001", 11) == "…rate=0.001")
        #expect(RowNames.fitting("rate=0.001", 10) == "rate=0.001")
    }
}

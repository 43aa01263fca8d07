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

    /// Over narrow columns no two names read alike, and what all share stands over none.
    @Test func namesOverColumnsStayApart() {
        let long = [
            "nets/branches_and_a_long_name.arch", "nets/blocks_and_a_long_name.arch", "nets/first_and_a_long_name.arch",
        ]
        #expect(RowNames.distinct(long, width: 12) == ["branches", "blocks", "first"])
        #expect(RowNames.distinct(["a", "b/c"], width: 12) == ["a", "b/c"])
        let alike = RowNames.distinct(
            ["tutorial_first_with_memory_of_seven", "tutorial_fives_with_memory_of_eleven"], width: 9)
        #expect(alike == ["firs…even", "five…even"])
        let equal = RowNames.distinct(["abcdefgh1ijklmnop", "abcdefgh2ijklmnop", "abcdefgh3ijklmnop"], width: 8)
        #expect(Set(equal).count == 3 && equal.allSatisfy { $0.count <= 8 }, "\(equal)")
        #expect(
            RowNames.distinct(["one_and_the_same_name", "one_and_the_same_name"], width: 9) == [
                "one_…name", "one_…name",
            ])
        #expect(RowNames.distinct(["x_y", "x_y_z_and_so_on"], width: 5).map(\.count).max() ?? 9 <= 5)
    }
}

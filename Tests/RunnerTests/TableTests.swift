import Testing

@testable import Files
@testable import Runner

@Suite struct TableTests {
    @Test func fieldsWithCommasQuotesAndLines() {
        let rows = [["a", "b,c", "d\"e"], ["", "f\ng", " "]]
        #expect(CSV.rows(CSV.text(rows)) == rows)
        #expect(CSV.rows("a,b\r\n1,2") == [["a", "b"], ["1", "2"]])
        #expect(CSV.rows("\"open") == [["open"]])
        #expect(CSV.rows("").isEmpty && CSV.rows("\n\n").isEmpty)
    }

    @Test func historiesReadBackTheSame() throws {
        var history = History(outputs: ["p"])
        history.append([1, 30, 1e-3, 0.1 + 0.2, .nan, 1 / 3, .nan, 2.5, 100])
        let again = try #require(History(csv: history.csv))
        #expect(again.columns == history.columns)
        #expect(again.sameTraining(as: history) && again["train_loss"] == [0.1 + 0.2])
        var slower = History(outputs: ["p"])
        slower.append([1, 30, 1e-3, 0.1 + 0.2, .nan, 1 / 3, .nan, 9, 1])
        #expect(slower.sameTraining(as: history))
        var other = History(outputs: ["p"])
        other.append([1, 30, 1e-3, 0.3, .nan, 1 / 3, .nan, 2.5, 100])
        #expect(!other.sameTraining(as: history))
        #expect(History(csv: "epoch,step\n1\n") == nil && History(csv: "what,is\n1,2\n") == nil)
    }
}

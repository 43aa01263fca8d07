import Foundation
import Testing

@testable import strata

/// What commands say of their options, and what becomes of what is typed.
@Suite struct OptionTests {
    /// A command by its name, for the report of a test.
    struct Case: CustomTestStringConvertible {
        let command: any Command.Type
        var testDescription: String { command.name }
        static let all = commands.map { Case(command: $0) }
    }

    @Test(arguments: Case.all) func everyOptionHasWords(of one: Case) {
        let options = one.command.allOptions
        #expect(Set(options.map(\.name)).count == options.count, "an option is declared twice")
        for option in options {
            #expect(option.name.wholeMatch(of: /--[a-z][a-z-]*[a-z]/) != nil, "\(option.name)")
            #expect(option.value?.isEmpty != true, "\(option.name)")
            let ends = [".", "…", ")"].contains { option.says.hasSuffix($0) }
            #expect(ends && !option.says.contains("none)") && option.says.count > 8, "\(option.name): \(option.says)")
        }
        #expect(!one.command.summary.isEmpty && !one.command.examples.isEmpty)
    }

    /// Whatever a command declares among its options is one, or a group of them.
    @Test(arguments: Case.all) func nothingIsDeclaredInVain(of one: Case) {
        Self.check(one.command.newOptions)
    }

    private static func check(_ group: any OptionGroup) {
        for child in Mirror(reflecting: group).children {
            if let inner = child.value as? any OptionGroup {
                check(inner)
            } else {
                #expect(child.value is any AnyOption, "\(child.label ?? "?") is no option")
            }
        }
    }

    /// What the help calls the default is what is used where nothing is given.
    @Test(arguments: Case.all) func theDefaultThatIsShownIsUsed(of one: Case) throws {
        for option in one.command.allOptions {
            guard let standard = option.standard else { continue }
            #expect("\(try option.read([standard]))" == "\(option.unset)", "\(option.name) \(standard)")
            let shown = [
                "\(standard) (default)", "default \(standard)", "\(standard)[=E] (default)", "\(standard)), default",
            ]
            let isNamed = shown.contains { option.says.contains($0) } || option.says.contains("default")
            #expect(isNamed, "\(option.name) does not say that its default is \(standard): \(option.says)")
        }
    }

    /// Every word that an option lists is one that it takes.
    @Test(arguments: Case.all) func listedWordsAreTaken(of one: Case) throws {
        for option in one.command.allOptions {
            for word in option.words { _ = try option.read([word]) }
        }
    }

    /// Examples are command lines that are understood.
    @Test(arguments: Case.all) func examplesAreUnderstood(of one: Case) throws {
        for example in one.command.examples where example.line.hasPrefix("strata ") {
            let words = Self.words(example.line).dropFirst()
            let command = try #require(
                commands.filter { words.starts(with: $0.name.split(separator: " ").map(String.init)) }
                    .max { $0.name.count < $1.name.count }, "\(example.line)")
            let rest = Array(words.dropFirst(command.name.split(separator: " ").count))
            try command.understands(rest)
        }
    }

    /// The words of a line as a shell takes them, up to where its output goes.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for letter in line {
            switch letter {
            case quote: quote = nil
            case "'", "\"":
                if quote == nil { quote = letter } else { word = (word ?? "") + "\(letter)" }
                word = word ?? ""
            case " " where quote == nil:
                if let done = word { words.append(done) }
                word = nil
            default: word = (word ?? "") + "\(letter)"
            }
        }
        if let word { words.append(word) }
        return Array(words.prefix { $0 != ">" })
    }

    // MARK: Values

    @Test func valuesHaveTheirTypes() throws {
        let pick = try PickCommand.call(
            [
                "m", "d", "--hop", "0.25", "--stations", "GE.*,CX.PB01", "--rule=eqt", "--memory", "3", "--from",
                "2024-05-06",
            ])
        #expect(pick.operands == ["m", "d"])
        #expect(pick.hop == 0.25 && pick.stations == ["GE.*", "CX.PB01"] && pick.rule == .eqt)
        #expect(pick.machine.memory == 3 << 20 && pick.from?.description.hasPrefix("2024-05-06T00:00:00") == true)
        #expect(pick.uncertainty == nil && pick.views == 16 && !pick.has(\.views) && pick.has(\.hop))
        #expect(pick.firstGiven { [$0.views, $0.rule, $0.hop] } == "--rule")
        let shown = try ShowCommand.call(["n", "--set", "a=1", "--set", "b=[1,2]", "--length", "T=600"])
        #expect(shown.model.network.set.map(\.key) == ["a", "b"] && shown.length.map(\.samples) == [600])
        #expect(try PlanCommand.call(["n", "--ranks", "2..8", "--wire", "3,500"]).ranks == 2...8)
        #expect(try FmtCommand.call(["--check", "--", "--json"]).operands == ["--json"])
    }

    @Test(arguments: [
        ("--uncertainty 1", "--uncertainty takes a whole number from 2 to 10000, not '1'"),
        ("--views many", "--views takes a whole number from 0 to 1000, not 'many'"),
        ("--threads 0", "--threads takes a whole number from 1 to 1024, not '0'"),
        ("--length 0", "--length takes a whole number from 1 to 10000000, not '0'"),
        ("--hop nan", "--hop takes a number, not 'nan'"),
        ("--rule peeks", "--rule takes peaks, eqt, trigger, not 'peeks'"),
        ("--stack mid", "--stack takes max, mean, not 'mid'"),
        ("--from 2024-13-01", "--from takes a time as 2024-05-06T07:08:09, not '2024-13-01'"),
        ("--thresholds P=2", "--thresholds takes NAME=NUMBER from 0 to 1, not 'P=2'"),
        ("--patience 1e9", "--patience takes 0 to 86400 seconds"),
        ("--set width", "--set takes KEY=VALUE, not 'width'"),
        ("--set a=1 --set a=2", "--set gives 'a' twice"), ("--resume=3", "--resume takes no value"),
        ("--hop 1 --hop 2", "--hop is given twice"), ("--out", "--out needs a value: --out DIR"),
        ("--ovelap 3", "'pick' has no option '--ovelap'"),
        ("--color blue", "--color takes auto, always, never, not 'blue'"),
    ]) func aWrongValueIsRefused(words: String, message: String) throws {
        let words = ["model", "data"] + words.split(separator: " ").map(String.init)
        let exit = try #require(throws: Exit.self) { try PickCommand.call(words) }
        #expect(exit.status == .usage && exit.message == message)
    }

    /// Nothing is opened, read or made before every value is known to be one.
    @Test(arguments: [
        ("train nothing.arch --data nowhere --out run --memory 0", "--memory takes a whole number"),
        ("sweep nothing.study --out s --share 9/8", "--share takes a number of a number"),
        ("bench nothing.arch --team 1,x", "--team takes numbers of processes"),
        ("inside prune nothing --level 0", "--level takes numbers of units"),
        ("inside optimum nothing --from noise:0", "--from noise:N takes 1 to 1000"),
        ("compare nothing --out c --margin p=much", "--margin takes NAME=NUMBER"),
        ("export nothing --keras k.txt", "--keras takes F.keras"),
    ]) func wrongValuesAreRefusedFirst(line: String, message: String) throws {
        let program = try Program()
        defer { program.remove() }
        let ending = try program.run("$STRATA \(line)")
        #expect(ending.status == 64 && ending.errors.contains(message), "\(ending.errors)")
    }

    @Test func helpIsGivenWhateverElseIsWrong() throws {
        #expect(try PickCommand.call(["--views", "many", "--help"]).everywhere.help)
        #expect(throws: Exit.self) { try PickCommand.call(["--ovelap", "--help"]) }
    }

    // MARK: Pages

    @Test func docsCommandsIsWhatTheProgramSays() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/commands.md"), encoding: .utf8)
        #expect(page == Manual.markdown(commands) + "\n", "strata --markdown > docs/commands.md")
    }

    /// Help, completions and the manual tell of every option.
    @Test(arguments: ["--completion bash", "--completion zsh", "--completion fish", "--man"])
    func everyPageTellsOfEveryOption(page: String) throws {
        let program = try Program()
        defer { program.remove() }
        let text = try program.run("$STRATA \(page)").output.replacing("\\-", with: "-")
        for option in Set(commands.flatMap { $0.allOptions.map(\.name) }) {
            let name = page.hasSuffix("fish") ? "-l \(option.dropFirst(2)) " : option
            #expect(text.contains(name), "\(page) does not tell of \(option)")
        }
    }
}

extension Command {
    /// Its options, as a group of whatever type.
    fileprivate static var newOptions: any OptionGroup { Options() }
    fileprivate static func understands(_ words: [String]) throws { _ = try call(words) }
}

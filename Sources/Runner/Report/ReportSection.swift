import GraphIR

/// One chapter of a report. A plugin of kind `report`: a file that adds one adds it to every report.
public protocol ReportSection: Plugin {
    static var title: String { get }
    /// The title over these runs, where it hangs on what they are.
    static func title(_ content: ReportContent) -> String
    /// Chapters stand by rising place; those that come with Strata have tens.
    static var place: Int { get }
    /// The chapter's content as HTML; `nil` where the runs have nothing to show in it.
    static func html(_ content: ReportContent) -> String?
}

extension ReportSection {
    public static func title(_ content: ReportContent) -> String { title }
}

/// What chapters are made from.
public struct ReportContent: Sendable {
    public var comparison: Comparison
    /// Recordings on which networks disagree, with what each said.
    public var disagreements: [Disagreement]
    /// By contender, pictures with what was said of them, where the samples are pictures.
    public var pictures: [[JudgedPicture]]
    /// On what their answers rest, where somebody asked.
    public var why: WhyTable?
    /// The words that asked for this report.
    public var command: [String]
    public var version: String

    public init(
        comparison: Comparison, disagreements: [Disagreement] = [], pictures: [[JudgedPicture]] = [],
        why: WhyTable? = nil, command: [String] = [],
        version: String = ""
    ) {
        self.comparison = comparison
        self.disagreements = disagreements
        self.pictures = pictures
        self.why = why
        self.command = command
        self.version = version
    }

    public var contenders: [Contender] { comparison.contenders }
    public func name(_ index: Int) -> String { HTML.name(contenders[index].name, series: index) }
}

/// One finding about a text: what is wrong, where, why, and how to mend it.
public struct Diagnostic: Hashable, Sendable, Error {
    public enum Severity: String, Sendable { case error, warning, note }

    /// Another place that matters, with what it has to say (`time becomes 46 here`).
    public struct Label: Hashable, Sendable {
        public var place: Place
        public var message: String
        public init(_ place: Place, _ message: String) {
            self.place = place
            self.message = message
        }
    }

    /// A change of the text that removes the finding.
    public struct Fix: Hashable, Sendable {
        public struct Edit: Hashable, Sendable {
            public var place: Place
            public var text: String
            public init(_ place: Place, _ text: String) {
                self.place = place
                self.text = text
            }
        }
        public var title: String
        public var edits: [Edit]
        public init(_ title: String, _ edits: [Edit]) {
            self.title = title
            self.edits = edits
        }
    }

    /// Stable and short, as in `E0301`; `strata explain E0301` tells the story.
    public var code: String
    public var severity: Severity
    public var place: Place
    public var message: String
    /// What the underlined culprit itself should say, as in `did you mean 'kernel'?`.
    public var remark: String
    public var labels: [Label]
    public var notes: [String]
    public var help: [String]
    public var fixes: [Fix]

    public init(
        _ code: String, _ severity: Severity = .error, at place: Place, _ message: String, remark: String = "",
        labels: [Label] = [], notes: [String] = [], help: [String] = [], fixes: [Fix] = []
    ) {
        self.code = code
        self.severity = severity
        self.place = place
        self.message = message
        self.remark = remark
        self.labels = labels
        self.notes = notes
        self.help = help
        self.fixes = fixes
    }
}

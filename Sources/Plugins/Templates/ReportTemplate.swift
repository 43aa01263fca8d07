extension PluginTemplate {
    /// A chapter of every report.
    static let report = PluginTemplate("report", text)
}

private let text = #"""
    import GraphIR

    /// How long each network trained. The first sentence is what `strata layers NAME` shows.
    public enum TYPE: ReportSection {
        public static let signature = Signature(.report, "NAME", "How many epochs each training took.")
        public static let title = "How long they trained"
        /// Chapters stand by rising place; those that come with Strata have tens.
        public static let place = 35

        /// The chapter's content as HTML; `nil` where there is nothing to show. Text of the reader's goes through
        /// `escaped`.
        public static func html(_ content: ReportContent) -> String? {
            let rows = content.comparison.contenders.map { contender in
                let epochs = contender.runs.map { "\($0.history["epoch"]?.count ?? 0)" }.joined(separator: ", ")
                return "<tr><td>\(Markup.escaped(contender.name))</td><td>\(epochs)</td></tr>"
            }
            guard !rows.isEmpty else { return nil }
            return "<table><tr><th>network</th><th>epochs, by seed</th></tr>\(rows.joined())</table>"
        }
    }

    /// This line registers it. The same file dropped into Sources/Runner/Report/Sections is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#

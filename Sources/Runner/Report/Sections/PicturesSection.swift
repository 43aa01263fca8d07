import GraphIR
import Images

/// Pictures with their classes: the surest mistakes and the surest right answers of each network.
enum PicturesSection: ReportSection {
    static let signature = Signature(.report, "pictures", "Pictures with their classes, right and wrong ones.")
    static let title = "Pictures"
    static let place = 105

    static func html(_ content: ReportContent) -> String? {
        let parts = content.pictures.enumerated().compactMap { index, pictures -> String? in
            guard !pictures.isEmpty, content.contenders.indices.contains(index) else { return nil }
            let wrong = pictures.filter { !$0.isRight }
            let right = pictures.filter(\.isRight)
            return "<h3>\(content.name(index))</h3>" + row("wrong", wrong) + row("right", right)
        }
        guard !parts.isEmpty else { return nil }
        let whose =
            content.hasOneSeed ? "The" : "Of \(content.isOneNetwork ? "the" : "each network’s") first seed, the"
        return
            "<p>\(whose) surest mistakes and the surest right answers: what the picture shows, what was said, and how "
            + "surely.</p>" + parts.joined()
    }

    private static func row(_ heading: String, _ pictures: [JudgedPicture]) -> String {
        guard !pictures.isEmpty else { return "" }
        let figures = pictures.map { judged in
            let words = judged.words.map(HTML.escaped)
            let alternative = "\(HTML.escaped(judged.name)): \(words.joined(separator: ", "))"
            return "<figure class=\"picture \(judged.isRight ? "right" : "wrong")\">"
                + "<img alt=\"\(alternative)\" src=\"\(judged.picture.dataAddress)\">"
                + "<figcaption>\(words.joined(separator: "<br>"))</figcaption></figure>"
        }
        return "<h4>\(heading)</h4><div class=\"pictures\">\(figures.joined())</div>"
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PicturesSection.self, $0) }

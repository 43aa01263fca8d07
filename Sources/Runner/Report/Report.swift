import Foundation
import GraphIR

/// A comparison as one page of HTML that needs nothing else: no network, no script from elsewhere, no font.
public struct Report {
    private let content: ReportContent
    private let sections: [any ReportSection.Type]

    public init(_ content: ReportContent, registry: Registry = .builtIn) {
        self.content = content
        sections = registry.plugins(.report).compactMap { $0 as? any ReportSection.Type }
            .sorted { ($0.place, $0.signature.name) < ($1.place, $1.signature.name) }
    }

    public var html: String {
        let names = content.contenders.map(\.name)
        let title =
            names.count <= 2 ? names.joined(separator: " and ") : "\(names[0]) and \(names.count - 1) variants"
        let isOne = names.count == 1
        var contents = ""
        var chapters = ""
        for section in sections {
            guard let html = section.html(content) else { continue }
            let id = section.signature.name.replacing("_", with: "-")
            let title = HTML.escaped(section.title(content))
            contents += "<li><a href=\"#\(id)\">\(title)</a></li>"
            chapters += "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\">"
            chapters += "<h2 id=\"\(id)-title\">\(title)</h2>\(html)</section>\n"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Report.policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="Strata \(HTML.escaped(content.version))">
            <title>\(HTML.escaped(title))\(isOne ? "" : ": a comparison")</title>
            <style>\(Report.style)</style>
            </head>
            <body>
            <a class="skip" href="#summary">To the results</a>
            <header>
            <p class="kicker">\(isOne ? "A trained network" : "Comparison of networks")</p>
            <h1>\(HTML.escaped(title))</h1>
            \(content.legend(names: " <small>reference</small>"))
            </header>
            <nav aria-label="Contents"><ol>\(contents)</ol></nav>
            <main>
            \(chapters)</main>
            <footer><p>Made by Strata \(HTML.escaped(content.version)). This page is complete in itself:
            it loads nothing and sends nothing.</p></footer>
            <script>\(Report.script)</script>
            </body>
            </html>

            """
    }

    static let policy = HTML.policy(script: script)
    static let style = String(decoding: PackageResources.report_css, as: UTF8.self)
    static let script = String(decoding: PackageResources.report_js, as: UTF8.self)
}

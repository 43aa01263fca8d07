import Foundation
import GraphIR

/// A page of chapters: one file, light and dark, that needs nothing else.
struct PageFrame {
    var title: String
    var kicker: String
    /// A sentence under the title, as text.
    var reading: String?
    var sections: [(title: String, html: String)] = []
    /// Sentences at the foot, as text.
    var footer: [String] = []
    var style = ""
    var script: String?

    var html: String {
        let body = sections.enumerated().map { index, section in
            "<section id=\"s\(index)\" aria-labelledby=\"t\(index)\"><h2 id=\"t\(index)\">"
                + "\(HTML.escaped(section.title))</h2>\(section.html)</section>\n"
        }.joined()
        let contents = sections.enumerated().map {
            "<li><a href=\"#s\($0.offset)\">\(HTML.escaped($0.element.title))</a></li>"
        }.joined()
        let reading = reading.map { "\n<p class=\"reading\">\(HTML.escaped($0))</p>" } ?? ""
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(HTML.policy(script: script))">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTML.escaped(title))</title>
            <style>\(Report.style)\(style)</style>
            </head>
            <body>
            <a class="skip" href="#s0">To the figures</a>
            <header><p class="kicker">\(HTML.escaped(kicker))</p><h1>\(HTML.escaped(title))</h1>\(reading)</header>
            <nav aria-label="Contents"><ol>\(contents)</ol></nav>
            <main>
            \(body)</main>
            <footer>\(footer.map { "<p>\(HTML.escaped($0))</p>" }.joined())
            <p>This page is complete in itself: it loads nothing and sends nothing.</p></footer>
            \(script.map { "<script>\($0)</script>\n" } ?? "")</body>
            </html>

            """
    }
}

extension HTML {
    /// What a page may do: show its own styles and pictures, and run its own script, known by its hash. Whatever else
    /// came into it does not run, and nothing is fetched or sent.
    static func policy(script: String?) -> String {
        let own = script.map { script in
            var hash = SHA256()
            hash.update(script.utf8)
            return "'sha256-\(Data(hash.finish()).base64EncodedString())'"
        }
        return "default-src 'none'; script-src \(own ?? "'none'"); style-src 'unsafe-inline'; img-src data:; "
            + "base-uri 'none'; form-action 'none'"
    }
}

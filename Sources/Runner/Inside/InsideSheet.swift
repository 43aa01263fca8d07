import Views

/// Charts under one another with words below, as an SVG that needs no page around it: colours are written out, so that
/// programs that know no style variables show them too.
struct InsideSheet {
    private static let width = 930.0
    private static let style = """
        .paper{fill:#fff}.ink,.strong{fill:#1c1d1f}.soft,.tick,.label{fill:#5c5f66}.mid{text-anchor:middle}\
        .end{text-anchor:end}.grid{stroke:#e4e4e4;fill:none}.axis{stroke:#8d9097;fill:none}.ends{fill:#ececec}\
        .wave{stroke:#1c1d1f;stroke-width:.8;fill:none}.said{stroke:#00805e;stroke-width:1.2;fill:none}\
        .for{fill:#c8500a}.against{fill:#0069a8}.line{stroke:#0069a8;stroke-width:1.6;fill:none}\
        .arrival{stroke:#a87800;stroke-dasharray:4 3}.asked{stroke:#00664a;stroke-width:1.4}
        """
    private let title: String
    private let words: String
    private var body = ""
    private var y = 34.0

    /// - `words`: what it shows, for readers that cannot see it.
    init(title: String, words: String) { (self.title, self.words) = (title, words) }

    mutating func add(_ plot: Plot, heading: String) {
        y += 16
        write(heading, style: "ink", size: 12, weight: " font-weight=\"bold\"")
        body += plot.nested(x: 15, y: y)
        y += plot.height
    }

    /// Lines of text, broken where they are longer than the sheet is wide.
    mutating func add(_ lines: some Sequence<String>) {
        y += 8
        for line in lines {
            for part in Wording.wrapped(line, width: 150) {
                y += 15
                write(part, style: "soft", size: 11)
            }
        }
    }

    private mutating func write(_ text: String, style: String, size: Int, weight: String = "") {
        body += "<text class=\"\(style)\" x=\"19\" y=\"\(Plot.text(y))\" font-size=\"\(size)\"\(weight)>"
        body += "\(HTML.escaped(text))</text>"
    }

    var svg: String {
        let size = "\(Plot.text(Self.width))\" height=\"\(Plot.text(y + 20))\""
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size) \
            viewBox="0 0 \(Plot.text(Self.width)) \(Plot.text(y + 20))" font-family="Helvetica, Arial, sans-serif" \
            font-size="11" role="img" aria-label="\(HTML.escaped(words))">
            <style>\(Self.style)</style>
            <rect class="paper" width="100%" height="100%"/>
            <text class="ink" x="19" y="24" font-size="15" font-weight="bold">\(HTML.escaped(title))</text>
            \(body)</svg>

            """
    }
}

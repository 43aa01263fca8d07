import GraphIR

/// Pieces of a page: text made safe, tables, figures with what they say in words.
public enum HTML {
    public static func escaped(_ text: String) -> String { Markup.escaped(text) }

    public static func embedded(_ json: JSON) -> String { Markup.embedded(json) }

    /// A table with a header row; the first column names the rows.
    public static func table(
        _ header: [String], _ rows: [[String]], caption: String? = nil, style: String = ""
    ) -> String {
        var html = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(caption ?? "table"))\">"
        html += "<table\(style.isEmpty ? "" : " class=\"\(style)\"")>"
        if let caption { html += "<caption>\(escaped(caption))</caption>" }
        html += "<thead><tr>" + header.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead><tbody>"
        for row in rows {
            html += "<tr>"
            for (index, cell) in row.enumerated() {
                html += index == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
            }
            html += "</tr>"
        }
        return html + "</tbody></table></div>"
    }

    /// Charts side by side with one caption, and the numbers behind them for who cannot or would rather not look.
    public static func figure(
        _ charts: [String], caption: String, data: String? = nil, wide: Bool = false
    ) -> String {
        var html = "<figure>" + HTML.charts(charts, wide: wide)
        html += "<figcaption>\(caption)</figcaption>"
        if let data { html += "<details class=\"data\"><summary>The numbers of this figure</summary>\(data)</details>" }
        return html + "</figure>"
    }

    public static func charts(_ charts: [String], wide: Bool = false) -> String {
        "<div class=\"charts\(wide ? " wide" : "")\">\(charts.joined())</div>"
    }

    /// A network's name with its colour and mark; long ones may go on in a second line after a stroke.
    static func name(_ text: String, series: Int) -> String {
        let words = escaped(text).replacing("/", with: "/<wbr>").replacing("_", with: "_<wbr>")
        return "<span class=\"name n\(series % Plot.seriesCount)\"><i></i>\(words)</span>"
    }
}

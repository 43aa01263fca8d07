import GraphIR

/// A network as a picture on one page: boxes for stages, arrows with the shapes that flow along them.
public struct GraphDrawing {
    private let graph: Graph
    private let outline: Outline
    private let texts: [BoxText]
    private let layout: LayeredLayout
    private let marked: Set<Int>

    /// - Parameter marked: layers, by index, whose boxes are brought out, as those that differ from another network.
    public init(_ graph: Graph, marked: Set<Int> = []) {
        self.graph = graph
        self.marked = marked
        let outline = Outline(graph)
        let texts = outline.boxes.map { BoxText($0, in: graph) }
        var arriving = outline.boxes.map { _ in 0.0 }
        for arrow in outline.arrows {
            arriving[arrow.to] += GraphDrawing.width(of: graph.nodes[arrow.node].type.shape.description, .label) + 20
        }
        let sizes = texts.enumerated().map { index, text in
            var size = GraphDrawing.size(of: text)
            size.width = max(size.width, arriving[index])
            return size
        }
        self.outline = outline
        self.texts = texts
        self.sizes = sizes
        layout = LayeredLayout(boxes: sizes, arrows: outline.arrows.map { ($0.from, $0.to) })
    }

    private let sizes: [LayeredLayout.Size]

    /// The picture as an SVG document, readable on light and on dark ground.
    public var svg: String {
        let ways = zip(outline.arrows.indices, entries).map(route)
        let head = max(Self.width(of: graph.name, .head), Self.width(of: subtitle, .text))
        let reach = zip(ways, outline.arrows).map { way, arrow in
            way.label.x + Self.width(of: graph.nodes[arrow.node].type.shape.description, .label)
        }
        let wide = max(layout.width, reach.max() ?? 0)
        let width = max(wide, head) + 2 * Self.margin
        let shift = (width - wide) / 2
        let top = Self.margin + 58
        let height = top + layout.height + Self.margin
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
            width="\(number(width))" height="\(number(height))" role="img" aria-label="\(escaped(graph.name))">
            <style>\(Self.style)</style>
            <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
            orient="auto"><path class="tip" d="M0,0 L8,4 L0,8 z"/></marker></defs>
            <rect class="page" width="100%" height="100%"/>
            <text class="head" x="\(number(Self.margin))" y="\(number(Self.margin + 14))">\(escaped(graph.name))</text>
            <text class="text" x="\(number(Self.margin))" y="\(number(Self.margin + 34))">\(escaped(subtitle))</text>
            <g transform="translate(\(number(shift)),\(number(top)))">

            """
        for way in ways { svg += "<path class=\"way\" d=\"\(way.path)\" marker-end=\"url(#tip)\"/>\n" }
        for index in outline.boxes.indices { svg += draw(box: index) }
        for (index, way) in ways.enumerated() {
            let shape = graph.nodes[outline.arrows[index].node].type.shape
            svg += "<text class=\"label\" x=\"\(number(way.label.x))\" y=\"\(number(way.label.y))\">"
            svg += "\(escaped(shape.description))</text>\n"
        }
        return svg + "</g>\n</svg>\n"
    }

    private var subtitle: String {
        var parts = [Wording.count(graph.trainableCount, "parameter")]
        if let flops = graph.flops.number { parts.append(Wording.short(flops, unit: "flop")) }
        switch ReceptiveField(graph) {
        case .everything: parts.append("sees the whole window")
        case .samples(let count): parts.append("sees \(Wording.count(count, "sample"))")
        }
        return parts.joined(separator: " · ")
    }

    // MARK: - Boxes

    private func draw(box index: Int) -> String {
        let text = texts[index]
        let corner = layout.corners[index]
        let size = sizes[index]
        let box = outline.boxes[index]
        let kind = box.nodes.isEmpty ? "output" : graph.nodes[box.nodes[0]].isInput ? "input" : "stage"
        let rectangle = "width=\"\(number(size.width))\" height=\"\(number(size.height))\" rx=\"6\""
        let mark = box.nodes.contains(where: marked.contains) ? " marked" : ""
        var svg = "<g class=\"\(kind)\(mark)\" data-path=\"\(escaped(box.path))\"><title>\(escaped(box.path))</title>\n"
        // A loop casts the outline of its other turns.
        for offset in box.tree?.isLoop == true ? [6.0, 3.0] : [] {
            svg += "<rect class=\"behind\" x=\"\(number(corner.x + offset))\" y=\"\(number(corner.y + offset))\" "
            svg += "\(rectangle)/>\n"
        }
        svg += "<rect x=\"\(number(corner.x))\" y=\"\(number(corner.y))\" \(rectangle)/>\n"
        var y = corner.y + Self.padding + 12
        let middle = corner.x + size.width / 2
        svg += "<text class=\"title\" x=\"\(number(middle))\" y=\"\(number(y))\">\(escaped(text.title))</text>\n"
        let isTable = text.lines.contains { !$0.shape.isEmpty }
        for line in text.lines {
            y += Self.lineHeight
            if isTable {
                let left = corner.x + Self.padding
                let right = corner.x + size.width - Self.padding
                svg += "<text class=\"text\" x=\"\(number(left))\" y=\"\(number(y))\">\(escaped(line.what))</text>"
                svg += "<text class=\"text end\" x=\"\(number(right))\" y=\"\(number(y))\">"
                svg += "\(escaped(line.shape))</text>\n"
            } else {
                svg += "<text class=\"text mid\" x=\"\(number(middle))\" y=\"\(number(y))\">"
                svg += "\(escaped(line.what))</text>\n"
            }
        }
        if !text.footer.isEmpty {
            y += Self.lineHeight + 2
            svg += "<text class=\"foot\" x=\"\(number(middle))\" y=\"\(number(y))\">\(escaped(text.footer))</text>\n"
        }
        return svg + "</g>\n"
    }

    private static func size(of text: BoxText) -> LayeredLayout.Size {
        var wide = max(width(of: text.title, .title), width(of: text.footer, .text))
        for line in text.lines {
            let gap = line.shape.isEmpty ? 0 : 18.0
            wide = max(wide, width(of: line.what, .text) + gap + width(of: line.shape, .text))
        }
        let tall = 16 + Double(text.lines.count) * lineHeight + (text.footer.isEmpty ? 0 : lineHeight + 2)
        return LayeredLayout.Size(width: wide + 2 * padding, height: tall + 2 * padding - 4)
    }

    // MARK: - Arrows

    /// The way of an arrow, and where its shape is written: beside its tip.
    private func route(_ index: Int, entry: Double) -> (path: String, label: LayeredLayout.Point) {
        let arrow = outline.arrows[index]
        let source = layout.corners[arrow.from]
        let target = layout.corners[arrow.to]
        let start = LayeredLayout.Point(
            x: source.x + sizes[arrow.from].width / 2, y: source.y + sizes[arrow.from].height)
        let end = LayeredLayout.Point(x: target.x + entry, y: target.y - 1)
        var path = "M\(number(start.x)),\(number(start.y))"
        var last = start
        for stop in layout.ways[index] + [end] {
            let half = (stop.y - last.y) / 2
            path += " C\(number(last.x)),\(number(last.y + half)) \(number(stop.x)),\(number(stop.y - half)) "
            path += "\(number(stop.x)),\(number(stop.y))"
            last = stop
        }
        return (path, LayeredLayout.Point(x: end.x + 6, y: end.y - 13))
    }

    /// Arrows that enter one box share its upper side, from left to right as they come.
    private var entries: [Double] {
        var arriving: [[Int]] = outline.boxes.map { _ in [] }
        for (index, arrow) in outline.arrows.enumerated() { arriving[arrow.to].append(index) }
        var entries = outline.arrows.map { _ in 0.0 }
        for (box, arrows) in arriving.enumerated() {
            for (place, arrow) in arrows.sorted(by: { (comesFrom($0), $0) < (comesFrom($1), $1) }).enumerated() {
                entries[arrow] = sizes[box].width * (Double(place) + 0.5) / Double(arrows.count)
            }
        }
        return entries
    }

    private func comesFrom(_ index: Int) -> Double {
        if let last = layout.ways[index].last { return last.x }
        let source = outline.arrows[index].from
        return layout.corners[source].x + sizes[source].width / 2
    }
}

// MARK: - Type and colour

extension GraphDrawing {
    fileprivate enum Face: Double {
        case head = 10.5
        case title = 7.6
        case text = 6.3
        case label = 6.25
    }
    fileprivate static let margin = 24.0
    fileprivate static let padding = 10.0
    fileprivate static let lineHeight = 15.0

    fileprivate static func width(of text: String, _ face: Face) -> Double { Double(text.count) * face.rawValue }

    fileprivate static let style = """
        svg{--page:#fff;--ink:#1c2430;--dim:#667085;--line:#98a2b3;--stage:#f2f4f7;--input:#dbeafe;--output:#d1fadf;\
        --mark:#c8500a}\
        @media(prefers-color-scheme:dark){svg{--page:#12161c;--ink:#e6eaf0;--dim:#98a2b3;--line:#667085;\
        --stage:#1f2630;--input:#17335c;--output:#124232;--mark:#f08a4b}}\
        text{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:var(--ink)}\
        .page{fill:var(--page)}.head{font-size:17px;font-weight:700}.title{font-size:12.5px;font-weight:700;\
        text-anchor:middle}.text{font-size:10.4px}.mid{text-anchor:middle}.end{text-anchor:end}\
        .foot{font-size:10.4px;text-anchor:middle;fill:var(--dim)}\
        .label{font-size:10.4px;fill:var(--ink);stroke:var(--page);stroke-width:4px;\
        paint-order:stroke;stroke-linejoin:round}\
        rect{stroke:var(--line)}.page{stroke:none}.stage rect{fill:var(--stage)}.input rect{fill:var(--input)}\
        .output rect{fill:var(--output)}.marked rect{stroke:var(--mark);stroke-width:2.5}\
        .way{fill:none;stroke:var(--line);stroke-width:1.4}.tip{fill:var(--line)}
        """
}

/// A coordinate with at most one digit behind the point.
private func number(_ value: Double) -> String {
    let text = Wording.decimal(value, places: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Text that means itself in XML.
private func escaped(_ text: String) -> String { Markup.escaped(text) }

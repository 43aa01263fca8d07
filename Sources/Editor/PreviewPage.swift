/// A page that shows a network and follows it: it loads its own neighbour file again and again, which says what is new.
public enum PreviewPage {
    /// The page itself; it never changes.
    public static let html = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        img-src data:; style-src 'unsafe-inline'; script-src 'self' file: 'unsafe-inline'">
        <title>strata</title>
        <style>
        :root { color-scheme: light dark }
        body { margin: 0; font: 14px system-ui, sans-serif; background: light-dark(#fff, #12161c); color: CanvasText }
        #picture svg { max-width: 100%; height: auto; display: block; margin: auto }
        #state { position: fixed; right: 8px; bottom: 6px; padding: 1px 6px; border-radius: 4px; font-size: 12px;
            background: light-dark(#f2f4f7, #1f2630) }
        </style></head>
        <body><div id="picture"></div><div id="state">waiting for a network</div>
        <script>
        let shown = -1
        function strata(version, name, svg) {
            if (version === shown) return
            shown = version
            document.title = name
            const first = !document.querySelector('#picture svg'), x = scrollX, y = scrollY
            document.getElementById('picture').innerHTML = svg
            document.getElementById('state').textContent = name
            // On a narrow page it is looked at piece by piece, and stays legible.
            const drawn = document.querySelector('#picture svg')
            if (drawn) drawn.style.minWidth = Math.min(drawn.viewBox.baseVal.width, 760) + 'px'
            scrollTo(first ? (document.documentElement.scrollWidth - innerWidth) / 2 : x, y)
        }
        setInterval(() => {
            const script = document.createElement('script')
            script.src = 'page.js?' + Date.now()
            script.onload = script.onerror = () => script.remove()
            document.head.append(script)
        }, 300)
        </script></body></html>

        """

    /// What the page loads: a version that grows, a name and the picture.
    public static func script(version: Int, name: String, svg: String) -> String {
        "strata(\(version), \(quoted(name)), \(quoted(svg)))\n"
    }

    /// A text of JavaScript: nothing in it can end the text, or the script around it.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "<": result += "\\u003c"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            case _ where scalar.value < 0x20:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

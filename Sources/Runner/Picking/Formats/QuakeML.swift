import Seismic

/// QuakeML 1.2 (BED). A pick must stand inside an event, so picks that no event claims have one that holds them,
/// without an origin; the probability stands in a comment.
public enum QuakeML: PickFormat {
    public static let name = "quakeml"
    public static let summary = "QuakeML 1.2: one event without origin that holds the picks."

    public static func files(_ list: PickList) -> [(path: String, text: String)] { [("picks.xml", text(list))] }

    static func text(_ list: PickList) -> String {
        var xml = XML()
        xml.line(#"<?xml version="1.0" encoding="UTF-8"?>"#)
        xml.open(
            "q:quakeml",
            [
                ("xmlns", "http://quakeml.org/xmlns/bed/1.2"), ("xmlns:q", "http://quakeml.org/xmlns/quakeml/1.2"),
            ])
        let model = list.picks.first?.model ?? "none"
        let id = PickID.resource("\(list.network)/\(model)")
        xml.open("eventParameters", [("publicID", "smi:strata/\(id)/picks")])
        xml.open("event", [("publicID", "smi:strata/\(id)/unassociated")])
        for pick in list.picks { add(pick, list, to: &xml) }
        xml.close(3)
        return xml.text
    }

    private static func add(_ pick: StreamPick, _ list: PickList, to xml: inout XML) {
        let id = PickID.of(pick)
        xml.open("pick", [("publicID", "smi:strata/\(id)")])
        xml.open("time")
        xml.leaf("value", PickText.iso(pick.time))
        if let uncertainty = pick.timeUncertainty { xml.leaf("uncertainty", PickText.decimal(uncertainty, 4)) }
        xml.close()
        var codes = [
            ("networkCode", pick.group.network.prefix8), ("stationCode", pick.group.station.prefix8),
            ("channelCode", pick.channel.prefix8),
        ]
        if !pick.group.location.isEmpty { codes.append(("locationCode", pick.group.location.prefix8)) }
        xml.empty("waveformID", codes)
        xml.leaf("methodID", "smi:strata/\(PickID.resource(list.network))")
        xml.leaf("phaseHint", pick.phase)
        xml.leaf("evaluationMode", "automatic")
        xml.open("comment", [("id", "smi:strata/\(id)/probability")])
        xml.leaf("text", "probability=\(PickText.decimal(pick.probability, 4))")
        xml.close()
        xml.open("creationInfo")
        xml.leaf("agencyID", "strata")
        xml.leaf("author", String(list.program.prefix(128)))
        xml.leaf("version", String(pick.model.prefix(64)))
        xml.close(2)
    }
}

/// SeisComP's SCML 0.12: picks stand directly in EventParameters, with the comments that scdlpicker writes and others
/// look for.
public enum SCML: PickFormat {
    public static let name = "scml"
    public static let summary = "SeisComP's XML, read by scdispatch and scxmldump's kin."

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        var xml = XML()
        xml.line(#"<?xml version="1.0" encoding="UTF-8"?>"#)
        xml.open("seiscomp", [("xmlns", "http://geofon.gfz-potsdam.de/ns/seiscomp3-schema/0.12"), ("version", "0.12")])
        xml.open("EventParameters")
        for pick in list.picks {
            xml.open("pick", [("publicID", "Pick/\(PickID.of(pick))")])
            xml.open("time")
            xml.leaf("value", PickText.iso(pick.time))
            if let uncertainty = pick.timeUncertainty { xml.leaf("uncertainty", PickText.decimal(uncertainty, 4)) }
            xml.close()
            xml.empty(
                "waveformID",
                [
                    ("networkCode", pick.group.network), ("stationCode", pick.group.station),
                    ("locationCode", pick.group.location), ("channelCode", pick.channel),
                ])
            xml.leaf("methodID", "DL")
            xml.leaf("phaseHint", pick.phase)
            xml.leaf("evaluationMode", "automatic")
            for (id, text) in [("dlmodel", list.network), ("confidence", PickText.decimal(pick.probability, 4))] {
                xml.open("comment")
                xml.leaf("text", text)
                xml.leaf("id", id)
                xml.close()
            }
            xml.close()
        }
        xml.close(2)
        return [("picks.scml", xml.text)]
    }
}

/// Names of picks that are the same for the same pick, and fit QuakeML's resource identifiers.
enum PickID {
    static func of(_ pick: StreamPick) -> String {
        let time = PickText.iso(pick.time).filter { $0 != ":" && $0 != "-" }
        return resource("\(pick.group)/\(time)/\(pick.phase)/\(pick.model)")
    }

    /// `(smi|quakeml):authority/local`: letters, digits and a few signs; anything else becomes an underscore.
    static func resource(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return isPlain || "-./_".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
            })
    }
}

extension String {
    fileprivate var prefix8: String { String(prefix(8)) }
}

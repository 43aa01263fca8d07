import GraphIR
import Interpreter
import Layers

/// What every plugin must keep, whoever wrote it; checked without a test of its own.
public enum PluginLaws {
    /// What is wrong with plugins named as `kind name`, in words.
    static func violations(of plugins: [String], in registry: Registry) -> [String] {
        plugins.flatMap { text -> [String] in
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 2, let kind = PluginKind(rawValue: words[0]), let plugin = registry[kind, words[1]]
            else {
                return []
            }
            return violations(of: plugin, in: registry)
        }
    }

    /// What is wrong with one plugin, in words; empty if nothing is.
    public static func violations(of plugin: any Plugin.Type, in registry: Registry) -> [String] {
        var found = signatureViolations(plugin.signature)
        if let layer = plugin as? any Layer.Type { found += LayerLaws.violations(of: layer, in: registry) }
        if let loss = plugin as? any Loss.Type { found += LossLaws.violations(of: loss) }
        return found
    }

    /// What documentation and settings must have.
    private static func signatureViolations(_ signature: Signature) -> [String] {
        var found: [String] = []
        if !PluginTemplate.isName(signature.name) {
            found.append("its name '\(signature.name)' is not snake_case letters and digits")
        }
        if signature.documentation.trimmed.isEmpty {
            found.append("it has no documentation: say in one sentence what it does")
        }
        for parameter in signature.parameters where parameter.documentation.trimmed.isEmpty {
            found.append("its setting '\(parameter.name)' has no documentation")
        }
        for parameter in signature.parameters {
            if let range = parameter.range, let standard = parameter.standard.flatMap(Double.init),
                !range.contains(standard)
            {
                found.append("the default of '\(parameter.name)' lies outside its range \(range)")
            }
        }
        return found
    }
}

import GraphIR
import Interpreter
import Layers
import Plugins
import Seismic

/// What every plugin must keep, whoever wrote it; checked without a test of its own.
public enum PluginLaws {
    /// What is wrong with plugins named as `kind name`, in words.
    public static func violations(of plugins: [String], in registry: Registry) -> [String] {
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
        switch plugin {
        case let layer as any Layer.Type: found += LayerLaws.violations(of: layer, in: registry)
        case let loss as any Loss.Type: found += LossLaws.violations(of: loss)
        case let labeler as any Labeler.Type: found += WindowLaws.violations(of: labeler)
        case let preparation as any Preparation.Type: found += WindowLaws.violations(of: preparation)
        case let augmentation as any Augmentation.Type: found += WindowLaws.violations(of: augmentation)
        case let optimizer as any Optimizer.Type: found += OptimizerLaws.violations(of: optimizer)
        case let schedule as any Schedule.Type: found += ScheduleLaws.violations(of: schedule)
        case let strategy as any Strategy.Type: found += StrategyLaws.violations(of: strategy)
        case let metric as any Metric.Type: found += MetricLaws.violations(of: metric, in: registry)
        case let reader as any DatasetReader.Type: found += ReaderLaws.violations(of: reader)
        case is any ReportSection.Type: break
        default:
            if plugin.signature.kind != .section {
                found.append("it calls itself a \(plugin.signature.kind.rawValue) and does not do what one does")
            }
        }
        return found
    }

    /// Metrics of different files whose results would have one name, in words; each alone keeps the laws.
    public static func sharedResultNames(_ plugins: [String], in registry: Registry) -> [String] {
        plugins.flatMap { text -> [String] in
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 2, words[0] == PluginKind.metric.rawValue,
                let metric = registry[.metric, words[1]] as? any Metric.Type
            else { return [] }
            return MetricLaws.sharedNames(of: metric, in: registry).map { "metric '\(words[1])': \($0)" }
        }
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

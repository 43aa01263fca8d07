import GraphIR

/// `comparison.json`: everything a comparison found, for machines. The schema is in `docs/comparing.md`.
extension Comparison {
    static let format = 1

    public var json: JSON {
        [
            "format": .int(Comparison.format),
            "reference": .string(reference.name),
            "test": [
                "data": .string(testData?.path ?? ""), "hash": .string(testData?.hash ?? ""),
                "traces": .int(traceCount), "events": .int(eventCount), "resamples": .int(replicates),
            ],
            "rules": [
                "level": .number(rules.level), "power": .number(rules.power), "fewest_seeds": .int(rules.fewestSeeds),
                "correction": "holm", "confidence": .number(0.95),
            ],
            "reading": reading,
            "convergence": [
                "runs": .int(stillImproving.of), "still_improving": .int(stillImproving.runs),
            ],
            "unfinished": .array(unfinished.map { .string($0) }),
            "warnings": .array((silences + flatTops).map { .string($0) }),
            "differences": .array(
                differences.map { difference in
                    [
                        "what": .string(difference.what), "serious": .bool(difference.isSerious),
                        "values": .array(
                            difference.values.map { entry in
                                ["value": .string(entry.value), "runs": .array(entry.runs.map { .string($0) })]
                            }),
                    ]
                }),
            "networks": .array(contenders.indices.map(network)),
            "metrics": .array(judged.map { metric($0, isJudged: true) } + others.map { metric($0, isJudged: false) }),
        ]
    }

    /// The rule that read the picks, what the others give, and which verdicts hang on it.
    private var reading: JSON {
        [
            "rule": .string(rule.rawValue), "statement": .string(rule.statement),
            "others": .array(
                otherRules.map { block in
                    [
                        "rule": .string(block.rule.rawValue), "statement": .string(block.rule.statement),
                        "metrics": .array((block.metrics + block.counted).map { .string($0.use.name) }),
                    ]
                }),
            "verdicts_that_depend_on_it": .array(
                dependences.map { dependence in
                    [
                        "metric": .string(dependence.metric.use.name),
                        "network": .string(contenders[dependence.contender].name),
                        "verdict": .string(dependence.verdict.rawValue), "turns_round": .bool(dependence.turnsRound),
                        "by_other_rules": .object(
                            dependence.others.map { .init($0.rule.rawValue, .string($0.verdict.rawValue)) }),
                    ]
                }),
        ]
    }

    private func network(_ index: Int) -> JSON {
        let contender = contenders[index]
        let cost = costs[index]
        return [
            "name": .string(contender.name), "hash": .string(contender.hash),
            "same_as": twin(of: index).map { .string(contenders[$0].name) } ?? .null,
            "parameters": .int(cost.parameters), "flops": cost.flops.map { .int($0) } ?? .null,
            "memory_bytes": cost.memory.map { .int($0) } ?? .null,
            "training_seconds": .array(cost.trainingSeconds.values.map { .number($0) }),
            "windows_per_s": .array(cost.windowsPerSecond.values.map { .number($0) }),
            "runs": .array(
                contender.runs.map { run in
                    [
                        "folder": .string(run.folder.path), "seed": .int(run.record.seed),
                        "epochs": .int(run.record.epochs), "status": .string(run.record.status.rawValue),
                        "best_epoch": run.record.best.map { .int($0.epoch) } ?? .null,
                        "thresholds": run.test["thresholds"] ?? .null, "version": .string(run.record.version),
                        "command": .array(run.record.command.map { .string($0) }),
                    ]
                }),
        ]
    }

    private func metric(_ metric: ComparedMetric, isJudged: Bool) -> JSON {
        [
            "name": .string(metric.use.name), "unit": .string(metric.use.unit),
            "better": .string(metric.use.better.rawValue), "judged": .bool(isJudged),
            "definition": .string(metric.use.definition), "margin": .number(metric.margin),
            "results": .array(zip(contenders, metric.results).map { result($0.name, $1) }),
        ]
    }

    private func result(_ name: String, _ result: ComparedMetric.Result) -> JSON {
        let values = result.values
        var members: [JSON.Member] = [
            .init("network", .string(name)),
            .init("seeds", .array(values.values.map { .number($0) })),
            .init("mean", .number(values.mean)),
            .init("deviation", .number(values.deviation)),
            .init("seed_interval", values.interval(confidence: 0.95).json),
        ]
        if let error = result.error {
            members.append(
                .init("interval", Interval(center: values.mean, halfWidth: error.halfWidth(confidence: 0.95)).json)
            )
        }
        if let judgement = result.judgement { members.append(.init("judgement", judgement.json)) }
        if let shared = result.shared {
            members.append(
                .init("judged_on", ["what": .string(shared.what), "counts": .array(shared.counts.map { .int($0) })]))
        }
        return .object(members)
    }
}

extension Interval {
    var json: JSON { [.number(low), .number(high)] }
}

extension Judgement {
    var json: JSON {
        var more: JSON = .null
        if case .seeds(let count)? = outlook { more = .int(count) }
        return [
            "verdict": .string(verdict.rawValue),
            "difference": .number(difference.mean),
            "seeds": .array(difference.perSeed.map { .number($0) }),
            "interval": difference.interval(confidence: 0.95).json,
            "interval_holm": interval.json, "interval_holm_confidence": .number(confidence),
            "variance_of_seeds": .number(difference.error.seeds), "variance_of_events": .number(difference.error.data),
            "p": .number(p), "p_holm": .number(adjusted), "p_equivalence_holm": .number(equivalence),
            "margin": .number(margin), "smallest_detectable": .number(detectable),
            "settled_by": outlook.map { .string($0.word) } ?? .null, "more_seeds": more,
            "says": .string(sentence),
        ]
    }
}

"""What verdicts claim beside what really varies, from comparisons of a network with itself (see null.sh)."""

import json
import math
import statistics
import sys

# The two-sided 20 % and 5 % points of Student's t, by degrees of freedom.
POINTS = {1: (3.078, 12.706), 2: (1.886, 4.303), 3: (1.638, 3.182), 4: (1.533, 2.776), 5: (1.476, 2.571)}


def main(files):
    found = {}
    for file in files:
        with open(file) as stream:
            comparison = json.load(stream)
        for metric in comparison["metrics"]:
            for result in metric["results"]:
                judgement = result.get("judgement") if metric["judged"] else None
                if judgement and judgement.get("p") is not None:
                    found.setdefault(metric["name"], []).append(judgement)
    print("| metric | comparisons | p < 0.05 | p < 0.2 | p < 0.5 | median p | interval holds 0 | "
          "median half width | smallest detectable | claimed variance: seeds + events | real variance | "
          "plain t beyond its 20 %, 5 % |")
    print("| --- " * 12 + "|")
    for name, judgements in sorted(found.items()):
        print("| " + " | ".join([name] + row(judgements)) + " |")


def row(judgements):
    count = len(judgements)
    share = lambda test: "%.2f" % (sum(map(test, judgements)) / count)
    median = lambda value: statistics.median(map(value, judgements))
    beyond = [[], []]
    for judgement in judgements:
        seeds = judgement["seeds"]
        error = statistics.stdev(seeds) / math.sqrt(len(seeds))
        if error > 0 and len(seeds) - 1 in POINTS:
            for place, point in enumerate(POINTS[len(seeds) - 1]):
                beyond[place].append(abs(statistics.mean(seeds)) / error > point)
    return [
        str(count),
        share(lambda j: j["p"] < 0.05), share(lambda j: j["p"] < 0.2), share(lambda j: j["p"] < 0.5),
        "%.2f" % median(lambda j: j["p"]),
        share(lambda j: j["interval"][0] <= 0 <= j["interval"][1]),
        "%.3f" % median(lambda j: (j["interval"][1] - j["interval"][0]) / 2),
        "%.3f" % median(lambda j: j["smallest_detectable"]),
        "%.4f + %.4f" % tuple(statistics.mean(j[key] for j in judgements)
                              for key in ("variance_of_seeds", "variance_of_events")),
        "%.4f" % (sum(j["difference"] ** 2 for j in judgements) / count),
        ", ".join("%.2f" % statistics.mean(tests) for tests in beyond if tests),
    ]


if __name__ == "__main__":
    main(sys.argv[1:])

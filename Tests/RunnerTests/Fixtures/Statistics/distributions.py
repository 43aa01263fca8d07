"""Values of distributions as SciPy gives them: python distributions.py > distributions.json"""

import json

import numpy as np
import scipy
from scipy import integrate, special, stats


def two_part_tail(distance, seeds, freedom, data):
    """P(sqrt(seeds) t + sqrt(data) z > distance), by adaptive quadrature over t."""
    def inner(t):
        return stats.t.pdf(t, freedom) * stats.norm.sf((distance - np.sqrt(seeds) * t) / np.sqrt(data))
    value, _ = integrate.quad(inner, -np.inf, np.inf, epsabs=1e-13, epsrel=1e-11, limit=500)
    return value


student = [[t, f, stats.t.sf(t, f)] for f in (1, 2, 3, 4, 7.5, 30, 400) for t in (-3.0, -0.2, 0.0, 0.7, 2.0, 9.0, 60.0)]
quantiles = [[p, f, stats.t.isf(p, f)] for f in (1, 2, 3, 4, 9.25, 100) for p in (0.4, 0.1, 0.025, 0.005, 1e-6)]
normal = [[x, stats.norm.sf(x)] for x in (-4.0, -1.0, 0.0, 0.5, 1.959963984540054, 6.0, 12.0)]
beta = [[x, a, b, special.betainc(a, b, x)] for x in (0.01, 0.3, 0.5, 0.9, 0.999) for a, b in ((0.5, 0.5), (1, 0.5), (2.5, 7), (40, 3))]
parts = [[d, s, f, v, two_part_tail(d, s, f, v)] for d in (0.5, 2.0, 4.0) for s, v in ((1.0, 0.2), (0.3, 0.7), (0.05, 1.0)) for f in (1, 2, 4)]

print(json.dumps({"scipy": scipy.__version__, "student_tail": student, "student_quantile": quantiles,
                  "normal_tail": normal, "incomplete_beta": beta, "two_part_tail": parts}, indent=1))

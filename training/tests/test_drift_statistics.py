"""The statistics of the drift status are those of SciPy and Evidently on the same arrays."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evidently.legacy.calculations.stattests import (
    chi_stat_test,
    jensenshannon_stat_test,
    ks_stat_test,
    psi_stat_test,
    wasserstein_stat_test,
)
from evidently.legacy.core import ColumnType
from scipy import stats
from scipy.spatial.distance import jensenshannon

root = Path(__file__).resolve().parents[2]


def cases():
    random = np.random.default_rng(8)
    numeric = {
        "same": (random.normal(size=1000), random.normal(size=5000)),
        "moved": (random.normal(0.3, 1, 700), random.normal(size=2000)),
        "spread": (random.normal(0, 2, 300), random.normal(size=300)),
        "skewed": (random.exponential(size=400), random.gamma(1.2, size=900)),
        "apart": (random.normal(40, 1, 100), random.normal(size=500)),
        "few values": (random.integers(0, 6, 500), random.integers(0, 8, 700)),
        "constant": (np.full(200, 3.0), np.full(300, 3.0)),
        "ties": (np.round(random.normal(size=600), 1), np.round(random.normal(0.1, 1, 600), 1)),
    }
    classes = {
        "classes alike": (random.integers(0, 10, 800), random.integers(0, 10, 4000)),
        "classes shifted": (random.choice(5, 600, p=[0.5, 0.2, 0.1, 0.1, 0.1]), random.integers(0, 5, 900)),
        "a class is gone": (random.integers(0, 4, 500), random.integers(0, 5, 900)),
        "a class is new": (random.integers(0, 5, 500), random.integers(0, 4, 900)),
    }
    return [(name, *arrays, False) for name, arrays in numeric.items()] + [(name, *arrays, True) for name, arrays in classes.items()]


@pytest.fixture(scope="module")
def ours():
    asked = [{"sample": s.tolist(), "reference": r.tolist(), "categorical": c} for _, s, r, c in cases()]
    node = root / "node_modules" / ".bin" / "node"
    done = subprocess.run(
        [node, "--conditions=source", "scripts/drift/compare-arrays.ts"], input=json.dumps(asked), capture_output=True, text=True, cwd=root, check=True
    )
    return {name: found for (name, *_), found in zip(cases(), json.loads(done.stdout), strict=True)}


def evidently(test, sample, reference, kind):
    return test.func(reference_data=pd.Series(reference), current_data=pd.Series(sample), feature_type=kind, threshold=0.1)[0]


@pytest.mark.parametrize(("name", "sample", "reference", "categorical"), cases(), ids=[name for name, *_ in cases()])
def test_agrees(ours, name, sample, reference, categorical):
    found = ours[name]
    kind = ColumnType.Categorical if categorical else ColumnType.Numerical
    assert found["psi"] == pytest.approx(evidently(psi_stat_test, sample, reference, kind), rel=1e-9, abs=1e-12)
    # The square root of a rounding error in the divergence of two equal distributions is no small number.
    assert found["jensenShannon"] == pytest.approx(evidently(jensenshannon_stat_test, sample, reference, kind), rel=1e-9, abs=1e-7)
    if categorical:
        keys = sorted(set(sample) | set(reference))
        observed = [np.sum(sample == key) for key in keys]
        expected = [np.sum(reference == key) * len(sample) / len(reference) for key in keys]
        with np.errstate(divide="ignore"):
            statistic, p = stats.chisquare(observed, expected)
            assert found["p"] == pytest.approx(evidently(chi_stat_test, sample, reference, kind), rel=1e-8, abs=1e-300)
        assert found["p"] == pytest.approx(p, rel=1e-8, abs=1e-300)
        assert (found["statistic"] is None and np.isinf(statistic)) or found["statistic"] == pytest.approx(statistic, rel=1e-10)
        return
    test = stats.ks_2samp(sample, reference)
    assert found["statistic"] == pytest.approx(test.statistic, abs=1e-12)
    limit = np.sqrt(len(sample) * len(reference) / (len(sample) + len(reference)))
    assert found["p"] == pytest.approx(stats.kstwobign.sf(test.statistic * limit), rel=1e-8, abs=1e-14)
    # Evidently takes the exact distribution where the samples are small; the limit is a little larger there.
    assert found["p"] == pytest.approx(evidently(ks_stat_test, sample, reference, kind), abs=0.02)
    norm = max(float(np.std(reference)), 0.001)
    assert found["wasserstein"] == pytest.approx(stats.wasserstein_distance(sample, reference) / norm, rel=1e-9, abs=1e-12)
    assert found["wasserstein"] == pytest.approx(evidently(wasserstein_stat_test, sample, reference, kind), rel=1e-9, abs=1e-12)


def test_jensen_shannon_is_scipys(ours):
    _, sample, reference, _ = next(case for case in cases() if case[0] == "classes shifted")
    shares = [[np.mean(values == key) for key in range(5)] for values in (sample, reference)]
    assert ours["classes shifted"]["jensenShannon"] == pytest.approx(jensenshannon(*shares), rel=1e-10)

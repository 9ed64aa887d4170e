import numpy as np

from facet_training.metrics import auroc, best_temperature, calibration_error, report, wilson


def test_report_of_a_known_confusion():
    truth = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 1, 1, 1, 2])
    result = report(np.eye(3)[predicted] * 9, truth, ["a", "b", "c"])
    assert result.confusion.tolist() == [[2, 1, 0], [0, 2, 0], [0, 0, 1]]
    assert result.accuracy == 5 / 6
    assert result.per_class[1] == {"label": "b", "precision": 2 / 3, "recall": 1.0, "f1": 0.8, "support": 2}


def test_honest_confidence_has_no_calibration_error():
    probabilities = np.tile([0.75, 0.25], (4, 1))
    assert calibration_error(probabilities, np.array([0, 0, 0, 1])) < 1e-12
    assert abs(calibration_error(probabilities, np.array([1, 1, 1, 1])) - 0.75) < 1e-12


def test_interval_holds_the_share():
    low, high = wilson(95, 100)
    assert 0.88 < low < 0.95 < high < 0.99


def test_temperature_undoes_overconfidence():
    random = np.random.default_rng(2)
    logits = random.normal(size=(4000, 5)) * 2
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = np.array([random.choice(5, p=row) for row in chances])
    assert abs(best_temperature(3 * logits, truth) - 3) < 0.2


def test_auroc_counts_pairs_in_order():
    assert auroc(np.array([2.0, 3.0]), np.array([1.0, 2.0])) == 3.5 / 4

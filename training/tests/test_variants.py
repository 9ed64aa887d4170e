import pytest

pytest.importorskip("pycocotools")
from facet_training.variants import reason

SHIPPED = {"form": "shipped", "bytes": 100, "value": 0.99, "speed": 1.0}


def form(name: str, value: float, speed: float, size: int = 30) -> dict:
    return {"form": name, "bytes": size, "value": value, "speed": speed}


def test_what_is_slower_or_loses_too_much_is_not_shipped():
    said = reason([SHIPPED, form("fp16", 0.99, 0.4), form("int8 static", 0.97, 3)], "fp32")
    assert "None does, so fp32 is shipped. `fp16` would be smaller and no faster." in said


def test_a_form_that_answers_otherwise_on_other_processors_is_not_shipped():
    assert "`int8 static` does, with 2.60 times the speed for 0.0003" in reason([SHIPPED, form("int8 static", 0.9897, 2.6)], "fp32")


def test_a_better_trade_is_named():
    forms = [SHIPPED, form("int8 dynamic", 0.9895, 1.5), form("int8 static", 0.9897, 2.6)]
    assert reason(forms, "fp32").endswith("By that `int8 dynamic` should be shipped instead.")
    assert "an import with `--quantize` makes it" in reason(forms, "fp32", example=True)

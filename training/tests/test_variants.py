from facet_training.variants import reason

SHIPPED = {"form": "shipped", "bytes": 100, "value": 0.99, "speed": 1.0}


def form(name: str, value: float, speed: float, size: int = 30) -> dict:
    return {"form": name, "bytes": size, "value": value, "speed": speed}


def test_what_is_slower_or_loses_too_much_is_not_shipped():
    said = reason([SHIPPED, form("fp16", 0.99, 0.4), form("int8 static", 0.97, 3)], "fp32")
    assert "None does, so fp32 is shipped. `fp16` would be smaller and not that much faster." in said


def test_a_better_trade_is_named_with_its_numbers():
    forms = [SHIPPED, form("int8 dynamic", 0.9895, 1.5), form("int8 static", 0.9897, 2.6)]
    assert "`int8 static` should be shipped instead: 2.60 times the speed for a loss of 0.0003." in reason(forms, "fp32")


def test_an_example_says_how_an_import_makes_the_better_trade():
    forms = [SHIPPED, form("optimised", 0.99, 1.3), form("int8 dynamic", 0.9895, 1.5)]
    assert "an import with `--optimize` makes it" in reason(forms[:2], "fp32", example=True)
    assert "an import with `--quantize` makes it" in reason(forms, "fp32", example=True)
    assert "should be shipped instead" in reason([*forms, form("int8 static", 0.99, 2)], "fp32", example=True)

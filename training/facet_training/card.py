"""`card.md`: what a person should know before trusting a model, written from its manifest and its measurements."""

from pathlib import Path

import numpy as np

from .metrics import Report


def percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def table(head: list[str], rows: list[list]) -> str:
    """A Markdown table; the first column is text, the others numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def measurements(manifest: dict) -> str:
    rows = [
        [entry["metric"], f"{entry['value']:.4f}", entry["dataset"], entry["samples"]]
        for entry in [manifest["accuracy"], *manifest["metrics"]]
    ]
    return table(["Metric", "Value", "Data", "Samples"], rows)


def classes(report: Report) -> str:
    rows = [[c["label"], f"{c['precision']:.3f}", f"{c['recall']:.3f}", f"{c['f1']:.3f}", c["support"]] for c in report.per_class]
    return table(["Class", "Precision", "Recall", "F1", "Samples"], rows)


def confusions(report: Report, most: int = 6) -> str:
    """The commonest mistakes as a list."""
    wrong = report.confusion.copy()
    np.fill_diagonal(wrong, 0)
    worst = [np.unravel_index(i, wrong.shape) for i in np.argsort(-wrong, axis=None, kind="stable")[:most]]
    return "\n".join(f"- `{report.labels[t]}` taken for `{report.labels[p]}`: {wrong[t, p]}" for t, p in worst if wrong[t, p])


def confusion_picture(report: Report, path: Path) -> None:
    """Row-normalised confusion matrix with counts, as a small PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    size = 3.2 + 0.24 * len(report.labels)
    figure, axes = pyplot.subplots(figsize=(size, size), dpi=72)
    share = report.confusion / np.maximum(report.confusion.sum(axis=1, keepdims=True), 1)
    axes.imshow(np.sqrt(share), cmap="Blues", vmin=0, vmax=1)  # the root lets single mistakes show
    for (row, column), count in np.ndenumerate(report.confusion):
        if count:
            colour = "white" if share[row, column] > 0.4 else "black"
            axes.text(column, row, count, ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(report.labels)), report.labels, rotation=90, fontsize=8)
    axes.set_yticks(range(len(report.labels)), report.labels, fontsize=8)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)


def reliability_picture(report: Report, path: Path) -> None:
    """Accuracy over confidence, each point as large as its share of the rows; honest confidence lies on the diagonal."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    confidence, right, rows = (np.array(values) for values in zip(*report.curve))
    figure, axes = pyplot.subplots(figsize=(3.2, 3.2), dpi=72)
    axes.plot([0, 1], [0, 1], color="silver", linewidth=1)
    axes.plot(confidence, right, color="tab:blue", linewidth=1)
    axes.scatter(confidence, right, s=8 + 120 * rows / rows.sum(), color="tab:blue")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy", aspect="equal")
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)


def by_class(report: Report, rows: str, folder: Path) -> str:
    """The section that judges a classifier class by class, its two pictures drawn into `folder`; `rows` says what was counted."""
    low, high = report.interval
    confusion_picture(report, folder / "confusion.png")
    reliability_picture(report, folder / "reliability.png")
    return "\n\n".join(
        [
            classes(report),
            f"Of {report.samples} {rows} {percent(report.accuracy)} are right (95 % interval {percent(low)} to {percent(high)}). Commonest mistakes:",
            confusions(report),
            "![Confusion matrix](confusion.png)",
            "How often an answer is right, by its confidence (small points: few answers):",
            "![Reliability curve](reliability.png)",
        ]
    )


def variants(manifest: dict) -> str:
    """The section on other forms of the model; empty when nobody measured them."""
    if "variants" not in manifest:
        return ""
    about = manifest["variants"]
    rows = [[form["form"], f"{form['value']:.4f}", f"{form['bytes']:,}", f"{form['speed']:.2f}"] for form in about["forms"]]
    processor = f"It was measured on {about['processor']}; how much int8 gains depends on that. " if "processor" in about else ""
    return (
        "## Other forms\n\n"
        + table(["Form", about["metric"], "Bytes", "Speed"], rows)
        + "\n\nAccuracy on all test data. Speed: times as fast as what is shipped, in CPU time, one row and one thread, all taking turns in one "
        "process on a machine that was shared with other work, so take it as a rank. "
        f"{processor}fp16 is meant for GPUs: what it answers was measured on a CPU, "
        "which computes it in fp32 between conversions; how fast a GPU is with it was not, for there was none. "
        f"{about['reason']} `{about['command']}` makes and measures all of them."
    )


def write_card(folder: Path, manifest: dict, sections: dict[str, str]) -> None:
    """`sections`: heading to Markdown, put between the summary and the way to reproduce."""
    shape = lambda tensor: f"`{tensor['name']}` {tensor['datatype']} {tensor['shape']}"  # noqa: E731
    training = manifest["training"]
    parts = [
        f"# {manifest['name']}",
        manifest["description"],
        table(
            ["", ""],
            [
                ["Task, version", f"{manifest['task']} {manifest['version']}"],
                ["Architecture", manifest["architecture"]],
                ["Parameters", f"{manifest['parameters']:,}"],
                ["File", f"`model.onnx`, {manifest['bytes']:,} bytes, opset {manifest['opset']}, {manifest['precision']}"],
                ["sha256", f"`{manifest['sha256']}`"],
                ["Input", ", ".join(map(shape, manifest["inputs"]))],
                ["Output", ", ".join(map(shape, manifest["outputs"]))],
                ["Licence", manifest["licence"]],
                ["Source", manifest["source"]],
                ["Attribution", manifest["attribution"]],
            ],
        ).replace("---:", "---"),
        "## Measured",
        measurements(manifest),
        *[f"## {heading}\n\n{text}" for heading, text in sections.items()],
        *([variants(manifest)] if "variants" in manifest else []),
        "## Reproduce",
        f"Make the model again (from {training['dataset']}), then measure it again; both write this card:\n\n"
        f"```sh\n{training['command']}\n{manifest['accuracy']['command']}\n```"
        + (f"\n\nTraining took {training['minutes']:g} minutes on two cores shared with other work." if "minutes" in training else ""),
    ]
    (folder / "card.md").write_text("\n\n".join(parts) + "\n")

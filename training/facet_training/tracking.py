"""MLflow in a local folder: every run of a command leaves its parameters and numbers there."""

import contextlib
import os
import time

from .paths import TRAINING

# MLflow looks for a git binary and phones nobody else; quiet it where git is missing.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow  # noqa: E402


@contextlib.contextmanager
def run(task: str, version: str, parameters: dict):
    """A run of experiment `facet-<task>`; the block logs metrics with `mlflow.log_metric`."""
    mlflow.set_tracking_uri((TRAINING / "mlruns").as_uri())
    mlflow.set_experiment(f"facet-{task}")
    started = time.monotonic()
    with mlflow.start_run(run_name=f"{task}-{version}"):
        mlflow.log_params({"version": version, **parameters})
        yield mlflow
        mlflow.log_metric("seconds", time.monotonic() - started)

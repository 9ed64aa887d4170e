"""The command line that all tasks share."""

import argparse
from pathlib import Path


def arguments(task: str, data: Path | None, about: str) -> argparse.Namespace:
    """--version, --data, --measure; `versions` in the answer lists what to make."""
    parser = argparse.ArgumentParser(prog=f"training/run {task}", description=about)
    parser.add_argument("--version", choices=("v1", "v2"), help="default: both")
    parser.add_argument("--measure", action="store_true", help="only measure the model that is there and rewrite its numbers")
    if data:
        parser.add_argument("--data", type=Path, default=data, help="default: ../shared/data/…")
    parsed = parser.parse_args()
    parsed.versions = [parsed.version] if parsed.version else ["v1", "v2"]
    return parsed


def command(task: str, version: str, measure: bool = False) -> str:
    """The command as a person types it in the repository's root."""
    return f"training/run {task} --version {version}" + (" --measure" if measure else "")

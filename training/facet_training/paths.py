"""Where things lie, relative to the repository, so that no machine's path ends up in a file that is shipped."""

import contextlib
import filecmp
import os
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TRAINING = REPOSITORY / "training"
CACHE = TRAINING / ".cache"
MODELS = REPOSITORY / "models"
EXAMPLES = REPOSITORY / "examples"
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


def model_folder(task: str, version: str) -> Path:
    """The folder of one model, made when it is missing."""
    folder = MODELS / task / version
    (folder / "golden").mkdir(parents=True, exist_ok=True)
    return folder


def held_out_folder(version: str) -> Path:
    """Gesture networks that each never saw one of the gestures: `models evaluate` measures the rejection score with them. Not served."""
    folder = TRAINING / "held-out" / "gesture" / version
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def staged(real: Path):
    """A copy of the folder to work in; what changed takes its place at the end, in a moment, and only if all went well."""
    work = CACHE / "staged" / real.relative_to(REPOSITORY)
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(real, work)
    yield work
    for file in sorted(path for path in work.rglob("*") if path.is_file()):
        place = real / file.relative_to(work)
        if not place.exists() or not filecmp.cmp(file, place, shallow=False):
            os.replace(file, place)
    shutil.rmtree(work)

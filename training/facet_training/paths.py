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


@contextlib.contextmanager
def staged(task: str, version: str):
    """A copy of the model's folder to work in; what changed takes its place at the end, in a moment, and only if all went well."""
    real, work = model_folder(task, version), CACHE / "staged" / task / version
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(real, work)
    yield work
    for file in sorted(path for path in work.rglob("*") if path.is_file()):
        place = real / file.relative_to(work)
        if not place.exists() or not filecmp.cmp(file, place, shallow=False):
            os.replace(file, place)
    shutil.rmtree(work)

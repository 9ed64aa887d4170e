"""KServe's InferenceRESTClient against a running suite."""

import asyncio
import os
import unittest

import httpx
import numpy as np
from kserve import InferInput, InferRequest
from kserve.inference_client import InferenceRESTClient, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

URL = os.environ["FACET_URL"]
MODELS = {
    "gesture": ("landmarks", [1, 42], "logits", 18),
    "digit": ("image", [1, 1, 28, 28], "logits", 10),
    "detection": ("images", [1, 3, 320, 320], "boxes", 4000),
}


class KServeClient(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)
        self.client = InferenceRESTClient(RESTConfig(protocol="v2", timeout=30))
        self.addAsyncCleanup(self.client.close)

    async def test_health(self):
        self.assertIs(await self.client.is_server_live(URL), True)
        self.assertIs(await self.client.is_server_ready(URL), True)
        for model in MODELS:
            self.assertIs(await self.client.is_model_ready(URL, model), True)
        self.assertIs(await self.client.is_model_ready(URL, "faces"), False)

    async def test_infers(self):
        for model, (name, shape, output, size) in MODELS.items():
            values = np.full(shape, 0.25, np.float32)
            # A version is a part of the path, which this client takes for a name.
            versions = [model, f"{model}/versions/1"] + ([] if model == "detection" else [f"{model}/versions/2"])
            for path in versions:
                for given, wanted in ((False, False), (False, True), (True, False), (True, True)):
                    with self.subTest(path=path, given=given, wanted=wanted):
                        tensor = InferInput(name=name, shape=shape, datatype="FP32")
                        tensor.set_data_from_numpy(values, binary_data=given)
                        asked = InferRequest(
                            model_name=model,
                            infer_inputs=[tensor],
                            request_outputs=[RequestedOutput(output, parameters={"binary_data": wanted})],
                        )
                        answer = await self.client.infer(URL, asked, model_name=path)
                        self.assertEqual(answer.model_name, model)
                        self.assertEqual(answer.outputs[0].as_numpy().size, size)

    async def test_infers_from_a_plain_document(self):
        asked = {"id": "mine", "inputs": [{"name": "landmarks", "shape": [1, 42], "datatype": "FP32", "data": [0.5] * 42}]}
        answer = await self.client.infer(URL, asked, model_name="gesture")
        self.assertEqual(answer.id, "mine")

    async def test_errors_are_read(self):
        for model, says in (("faces", "unknown model"), ("digit", "takes 'image'")):
            asked = {"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1.0]}]}
            with self.assertRaises(httpx.HTTPStatusError) as caught:
                await self.client.infer(URL, asked, model_name=model)
            self.assertIn(says, str(caught.exception))


if __name__ == "__main__":
    unittest.main()

import { join } from 'node:path';
import type { Contestant, Protocol } from '../../contestants/contestant.ts';
import type { Body } from '../../payloads/request.ts';
import { venv } from '../python.ts';

// It brings a Python of its own that is the system's in all but the standard library, so it must be that one.
const { bin, prepare, versions } = venv('triton', ['nvidia-pytriton', 'onnxruntime', 'numpy', 'pillow'], '/usr/bin/python3');

/** Triton takes tensors and no forms: what clients of the Open Inference Protocol send, a file as bytes beside the JSON. */
const protocol: Protocol = {
  request({ bytes, file }: Body): Body {
    const outputs = [{ name: 'answer' }];
    if (!file) {
      const { landmarks } = JSON.parse(bytes.toString()) as { landmarks: { x: number; y: number }[] };
      const inputs = [{ name: 'input', datatype: 'FP32', shape: [landmarks.length, 2], data: landmarks.flatMap(({ x, y }) => [x, y]) }];
      return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify({ inputs, outputs })) };
    }
    const length = Buffer.alloc(4);
    length.writeUInt32LE(file.length);
    const inputs = [{ name: 'input', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: length.length + file.length } }];
    const head = Buffer.from(JSON.stringify({ inputs, outputs }));
    return {
      contentType: 'application/octet-stream',
      bytes: Buffer.concat([head, length, file]),
      headers: { 'Inference-Header-Content-Length': String(head.length) },
    };
  },
  answer: (parsed) => JSON.parse((parsed as { outputs: { data: string[] }[] }).outputs[0]!.data[0]!),
};

export const triton: Contestant = {
  name: 'triton',
  title: 'Triton',
  versions,
  prepare,
  protocol,
  async launches(task, freePort) {
    const [port, grpcPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
    const env = { TASK: task, PORT: String(port), GRPC_PORT: String(grpcPort), METRICS_PORT: String(metricsPort) };
    return { launches: [{ command: join(bin, 'python'), args: [join(import.meta.dirname, 'server.py')], env }], port, path: '/v2/models/peer/infer' };
  },
};

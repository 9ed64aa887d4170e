import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import type { TaskName } from '../payloads/cases.ts';

/** Of the kind and size that the services give. */
const answers: Readonly<Record<TaskName, unknown>> = {
  digit: {
    predicted_digit: 7,
    confidence: 0.9999,
    all_probabilities: Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [String(digit), 0.000012345678901])),
    inference_time_seconds: 0.0004,
  },
  gesture: {
    gesture: 'like',
    confidence: 0.9999,
    probabilities: Object.fromEntries(Array.from({ length: 18 }, (_, id) => [`gesture_${id}`, 0.000012345678901])),
  },
  detection: {
    detections: Array.from({ length: 5 }, () => ({ class_id: 41, class_name: 'cup', confidence: 0.8999999761581421, bbox: [100.1, 100.2, 300.3, 300.4] })),
    image_shape: [480, 640, 3],
  },
};

const [, , task, port] = process.argv;
if (cluster.isPrimary) {
  for (let count = 0; count < availableParallelism(); count++) cluster.fork();
} else {
  const answer = Buffer.from(JSON.stringify(answers[task as TaskName]));
  const head = { 'content-type': 'application/json', 'content-length': answer.length };
  createServer((request, response) => {
    request.on('data', () => {});
    request.on('end', () => response.writeHead(200, head).end(answer));
  }).listen(Number(port), '127.0.0.1');
}

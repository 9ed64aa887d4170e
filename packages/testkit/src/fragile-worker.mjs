// Speaks the session worker's protocol, doubling its input, and fails on demand: the key says how.
import { parentPort } from 'node:worker_threads';

const threads = new Map();

parentPort.on('message', ({ kind, id, key, feeds, settings }) => {
  if (kind === 'load') threads.set(key, settings.threads);
  if (kind === 'run' && key.startsWith('tells')) return parentPort.postMessage({ id, outputs: { [`${key} with ${threads.get(key)} threads`]: feeds.x } });
  if (kind === 'run' && key === 'dies') process.exit(3);
  if (kind === 'run' && key === 'hangs') for (;;);
  if (kind === 'run' && key === 'throws') return parentPort.postMessage({ id, error: 'no such tensor' });
  const outputs = feeds && { y: { ...feeds.x, data: feeds.x.data.map((value) => value * 2) } };
  return parentPort.postMessage({ id, outputs });
});

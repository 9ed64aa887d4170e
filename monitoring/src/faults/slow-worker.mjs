// Loaded before a service: its model workers take a second and a half for every run.
import { isMainThread, parentPort } from 'node:worker_threads';

if (!isMainThread && parentPort !== null) {
  const on = parentPort.on.bind(parentPort);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  parentPort.on = (event, listener) =>
    on(event, (message) => {
      if (message.kind === 'run') Atomics.wait(clock, 0, 0, 1500);
      listener(message);
    });
}

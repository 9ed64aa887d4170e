// Loaded before a service: of the runs of v2 every other one fails, and the rest take a fifth of a second more.
import { isMainThread, parentPort } from 'node:worker_threads';

if (!isMainThread && parentPort !== null) {
  const on = parentPort.on.bind(parentPort);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let runs = 0;
  parentPort.on = (event, listener) =>
    on(event, (message) => {
      if (message.kind !== 'run' || !/\bv2\b/.test(message.key)) return listener(message);
      if ((runs += 1) % 2 === 0) return listener({ ...message, key: 'no such model' });
      Atomics.wait(clock, 0, 0, 200);
      return listener(message);
    });
}

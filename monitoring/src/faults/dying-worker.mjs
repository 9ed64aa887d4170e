// Loaded before a service: each of its model workers ends itself at its tenth run.
import { isMainThread, parentPort } from 'node:worker_threads';

if (!isMainThread && parentPort !== null) {
  const on = parentPort.on.bind(parentPort);
  let runs = 0;
  parentPort.on = (event, listener) =>
    on(event, (message) => {
      if (message.kind === 'run' && (runs += 1) === 10) process.exit(1);
      listener(message);
    });
}

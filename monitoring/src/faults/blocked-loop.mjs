// Loaded before a service: its event loop is held for three tenths of a second, again and again.
const clock = new Int32Array(new SharedArrayBuffer(4));
setInterval(() => Atomics.wait(clock, 0, 0, 300), 600).unref();

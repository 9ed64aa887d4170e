/**
 * Node's own environment, with the typed arrays of the process itself.
 *
 * Jest runs tests in a context with globals of its own, and native modules (onnxruntime-node, sharp) check
 * `instanceof Float32Array` against the process's: without this they refuse every tensor a test makes.
 */
const { TestEnvironment } = require('jest-environment-node');

const shared = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Uint8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Uint32Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Error',
];

class NativeEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of shared) if (name in globalThis) this.global[name] = globalThis[name];
  }

  async teardown() {
    // end-with-tests.ts: what the file's tests started and did not stop.
    for (const child of this.global[Symbol.for('facet.started-processes')] ?? [])
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await super.teardown();
  }
}

module.exports = NativeEnvironment;

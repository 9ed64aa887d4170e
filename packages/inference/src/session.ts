import type { TensorSpec } from './manifest.ts';
import type { Tensor, Tensors } from './tensor.ts';

/** How ONNX Runtime is to run a model; crosses to worker threads, so plain data. */
export interface SessionSettings {
  readonly threads: number;
  readonly executionProviders: readonly string[];
  /** Extra session settings by their dotted names. */
  readonly config: Readonly<Record<string, string>>;
  /**
   * Takes a run's memory in one block, laid out as the runs before needed it: saves a small model a tenth of its time, and costs a large one
   * half as much memory again a session. True unless said.
   */
  readonly plansMemory?: boolean;
}

/** `{'session.disable_quant_qdq': '1'}` as the nested object that onnxruntime-node takes. */
function nest(config: Readonly<Record<string, string>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    const parts = name.split('.');
    let node = root;
    for (const part of parts.slice(0, -1)) node = (node[part] ??= {}) as Record<string, unknown>;
    node[parts.at(-1)!] = value;
  }
  return root;
}

/** ONNX's element types by their numbers. */
const elements: readonly (readonly [name: string, datatype?: TensorSpec['datatype']])[] = [
  ['nothing'],
  ['float32', 'FP32'],
  ['uint8', 'UINT8'],
  ['int8', 'INT8'],
  ['uint16'],
  ['int16'],
  ['int32', 'INT32'],
  ['int64', 'INT64'],
  ['string'],
  ['bool', 'BOOL'],
  ['float16', 'FP16'],
  ['float64', 'FP64'],
];

/** What the addon says of an input or an output; -1 where a size varies. */
interface NativeValue {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type: number;
  readonly shape: readonly number[];
}

/** What the addon takes and gives for a tensor. */
type NativeTensor = Tensor & { readonly location?: 'cpu' };

interface NativeSession {
  readonly inputMetadata: readonly NativeValue[];
  readonly outputMetadata: readonly NativeValue[];
  loadModel(bytes: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: Readonly<Record<string, NativeTensor>>, fetches: Readonly<Record<string, null>>, options: object): Record<string, NativeTensor>;
  dispose(): void;
}

/** The addon below onnxruntime-node's own `InferenceSession`. */
interface Native {
  readonly binding: { readonly InferenceSession: new () => NativeSession };
  readonly initOrt: (this: void) => void;
}

/** @throws {TypeError} for sequences, maps and tensors of other types */
function toSpec({ name, isTensor, type, shape }: NativeValue): TensorSpec {
  const [element, datatype] = elements[type] ?? ['an unknown type'];
  if (!isTensor || datatype === undefined) throw new TypeError(`'${name}' is ${isTensor ? `a tensor of ${element}` : 'no tensor'}, which is not served`);
  return { name, datatype, shape: [...shape] };
}

/**
 * An ONNX Runtime session over plain tensors. `run` holds this thread for as long as the model runs.
 *
 * It stands on the addon itself: onnxruntime-node's own session puts each run off by a turn of the event loop and runs it on this thread all
 * the same, which a small model would notice.
 */
export class Session {
  readonly #native: NativeSession;
  readonly #fetches: Readonly<Record<string, null>>;

  private constructor(native: NativeSession) {
    this.#native = native;
    this.#fetches = Object.fromEntries(native.outputMetadata.map(({ name }) => [name, null]));
  }

  /** @throws {Error} ONNX Runtime's own when the bytes are not a model that it can run */
  static async open(bytes: Uint8Array, { threads, executionProviders, config, plansMemory = true }: SessionSettings): Promise<Session> {
    // Loaded here and not above: a process that only looks after others needs none of its memory.
    const { binding, initOrt } = (await import('onnxruntime-node/dist/binding.js')) as unknown as Native;
    initOrt();
    const native = new binding.InferenceSession();
    native.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, {
      executionProviders: [...executionProviders],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableMemPattern: plansMemory,
      logSeverityLevel: 3,
      // A spinning thread would take the core from the request beside it.
      extra: nest({ 'session.intra_op.allow_spinning': '0', ...config }),
    });
    return new Session(native);
  }

  /** What the model takes, as a manifest describes it; -1 where a size varies. */
  get inputs(): TensorSpec[] {
    return this.#native.inputMetadata.map(toSpec);
  }

  /** What it gives. */
  get outputs(): TensorSpec[] {
    return this.#native.outputMetadata.map(toSpec);
  }

  run(feeds: Tensors): Tensors {
    const inputs: Record<string, NativeTensor> = {};
    for (const name in feeds) {
      const { type, data, dims } = feeds[name]!;
      inputs[name] = { type, data, dims, location: 'cpu' };
    }
    const outputs = this.#native.run(inputs, this.#fetches, {});
    const tensors: Record<string, Tensor> = {};
    for (const name in this.#fetches) {
      const { type, data, dims } = outputs[name]!;
      tensors[name] = { type, data, dims };
    }
    return tensors;
  }

  close(): void {
    this.#native.dispose();
  }
}

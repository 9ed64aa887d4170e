import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-node';
import type { TensorSpec } from './manifest.ts';
import type { Tensor, Tensors } from './tensor.ts';

/** How ONNX Runtime is to run a model; crosses to worker threads, so plain data. */
export interface SessionSettings {
  readonly threads: number;
  readonly executionProviders: readonly string[];
  /** Extra session settings by their dotted names. */
  readonly config: Readonly<Record<string, string>>;
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

const datatypes: Readonly<Record<string, TensorSpec['datatype']>> = {
  float32: 'FP32',
  float16: 'FP16',
  float64: 'FP64',
  int8: 'INT8',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  bool: 'BOOL',
};

/** @throws {TypeError} for sequences, maps and tensors of other types */
function toSpec(value: InferenceSession.ValueMetadata): TensorSpec {
  const datatype = value.isTensor ? datatypes[value.type] : undefined;
  if (!value.isTensor || datatype === undefined)
    throw new TypeError(`'${value.name}' is ${value.isTensor ? `a tensor of ${value.type}` : 'no tensor'}, which is not served`);
  return { name: value.name, datatype, shape: value.shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

/** An ONNX Runtime session over plain tensors. `run` holds this thread for as long as the model runs. */
export class Session {
  readonly #session: InferenceSession;
  readonly #Tensor: TensorConstructor;

  private constructor(session: InferenceSession, Tensor: TensorConstructor) {
    this.#session = session;
    this.#Tensor = Tensor;
  }

  /** @throws {Error} ONNX Runtime's own when the bytes are not a model that it can run */
  static async open(bytes: Uint8Array, { threads, executionProviders, config }: SessionSettings): Promise<Session> {
    // Loaded here and not above: a process that only looks after others needs none of its memory.
    const runtime = await import('onnxruntime-node');
    return new Session(
      await runtime.InferenceSession.create(bytes, {
        executionProviders: [...executionProviders],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        // A spinning thread would take the core from the request beside it.
        extra: nest({ 'session.intra_op.allow_spinning': '0', ...config }),
      }),
      runtime.Tensor,
    );
  }

  /** What the model takes, as a manifest describes it; -1 where a size varies. */
  get inputs(): TensorSpec[] {
    return this.#session.inputMetadata.map(toSpec);
  }

  /** What it gives. */
  get outputs(): TensorSpec[] {
    return this.#session.outputMetadata.map(toSpec);
  }

  async run(feeds: Tensors): Promise<Tensors> {
    const inputs: Record<string, OrtTensor> = {};
    for (const [name, { type, data, dims }] of Object.entries(feeds)) inputs[name] = new this.#Tensor(type, data as Float32Array, dims);
    const outputs = await this.#session.run(inputs);
    const tensors: Record<string, Tensor> = {};
    for (const [name, output] of Object.entries(outputs)) {
      tensors[name] = { type: output.type as Tensor['type'], data: output.data as Tensor['data'], dims: output.dims };
    }
    return tensors;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

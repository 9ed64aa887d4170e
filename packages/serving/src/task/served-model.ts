import { Batcher, type BatcherMetrics, type Manifest, type ModelFiles, type SessionHost, type Tensors, type Work } from '@facet/inference';

interface ModelOptions {
  readonly host: SessionHost;
  readonly threads: number;
  readonly executionProviders: readonly string[];
  readonly queueMaxRows: number;
  readonly metrics: BatcherMetrics;
}

/** One model version that can be asked. */
export class ServedModel {
  readonly manifest: Manifest;
  readonly directory: string;
  /** `<task>/<version>@sha256:<hex>` */
  readonly reference: string;
  readonly #batcher: Batcher;

  private constructor(files: Omit<ModelFiles, 'bytes'>, batcher: Batcher) {
    this.manifest = files.manifest;
    this.directory = files.directory;
    this.reference = files.reference;
    this.#batcher = batcher;
  }

  /**
   * Loads verified files into the host.
   *
   * @throws {Error} when ONNX Runtime refuses the model
   */
  static async open(files: ModelFiles, { host, threads, executionProviders, queueMaxRows, metrics }: ModelOptions): Promise<ServedModel> {
    const { task, version, sessionConfig = {}, maxBatchRows } = files.manifest;
    const key = `${task}/${version}`;
    await host.load(key, files.bytes, { threads, executionProviders, config: sessionConfig });
    return new ServedModel(files, new Batcher(host, key, { maxBatchRows, maxQueueRows: queueMaxRows, metrics }));
  }

  /**
   * The same model, its classes called otherwise.
   *
   * @param labels in the order of its outputs
   * @throws {Error} when they are not as many as its classes
   */
  withLabels(labels: readonly string[]): ServedModel {
    const { labels: own } = this.manifest;
    if (labels.length !== own.length) throw new Error(`the task declares ${labels.length} labels, and ${this.reference} has ${own.length} classes`);
    return new ServedModel({ manifest: { ...this.manifest, labels: [...labels] }, directory: this.directory, reference: this.reference }, this.#batcher);
  }

  get version(): string {
    return this.manifest.version;
  }

  get queuedRows(): number {
    return this.#batcher.queuedRows;
  }

  /**
   * Infers one row.
   *
   * @param data row-major values of the model's one input
   * @param shape of one row, without the leading 1
   * @returns the outputs by name, one row each
   * @throws {Problem} `overloaded`, `deadline-exceeded`, `worker-lost`
   */
  infer(data: Float32Array, shape: readonly number[], work: Work): Promise<Tensors> {
    const input = this.manifest.inputs[0]!;
    return this.inferTensors({ [input.name]: { type: 'float32', data, dims: [1, ...shape] } }, 1, work);
  }

  /**
   * Infers rows that are the model's input already.
   *
   * @param inputs by the names of the model, each with `rows` rows
   * @throws {Problem} as `infer`
   */
  inferTensors(inputs: Tensors, rows: number, work: Work): Promise<Tensors> {
    return this.#batcher.submit(inputs, rows, work);
  }
}

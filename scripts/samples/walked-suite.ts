import { inParallel, spawnService, type SpawnedService } from '@facet/testkit';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../../packages/contracts/src/index.ts';
import type { KindTools } from '../kinds/kind-tools.ts';
import { root } from '../models/folders.ts';
import type { Drifted } from './drifted.ts';

const lanes = 4;
const movedWithinMs = 30_000;
/** A run of answers by one version, were both asked alike, that comes once in a million times. */
const inARow = 20;

type WalkTools = Required<Pick<KindTools, 'example' | 'retraining'>>;

/** A gateway and one service behind it, as a walk through the loop needs them. */
export class WalkedSuite {
  readonly #task: Kind;
  readonly #tools: WalkTools;
  readonly #folder: string;
  #service: SpawnedService | undefined;
  #gateway: SpawnedService | undefined;

  private constructor(task: Kind, tools: WalkTools, folder: string) {
    this.#task = task;
    this.#folder = folder;
    this.#tools = tools;
  }

  /**
   * @param folder with `models/`; samples and weights are kept in it too
   */
  static async open(task: Kind, tools: WalkTools, folder: string): Promise<WalkedSuite> {
    const suite = new WalkedSuite(task, tools, folder);
    await suite.#weigh({ v1: 50, v2: 50 });
    try {
      await suite.restart();
      return suite;
    } catch (error) {
      await suite.close();
      throw error;
    }
  }

  get url(): string {
    return this.#gateway!.url;
  }

  /** Starts both anew: a service takes up a model when it starts. */
  async restart(): Promise<void> {
    await this.close();
    const quiet = { ACCESS_LOG: 'false' };
    this.#service = await spawnService(this.#task, {
      ...quiet,
      MODELS_DIR: join(this.#folder, 'models'),
      SAMPLES_DIR: join(this.#folder, 'samples'),
      LABELLING: 'true',
      UNCERTAINTY_THRESHOLD: String(this.#tools.retraining.uncertaintyThreshold),
      // All at once here, what a service sees in days.
      SAMPLES_MAX_PER_SECOND: '10000',
      OBSERVE_MAX_PER_SECOND: '100000',
    });
    this.#gateway = await spawnService('gateway', { ...quiet, [`${this.#task.toUpperCase()}_URL`]: this.#service.url, AB_WEIGHTS_FILE: this.#weightsFile });
  }

  async close(): Promise<void> {
    await this.#gateway?.stop();
    await this.#service?.stop();
    this.#gateway = undefined;
    this.#service = undefined;
  }

  /** Asks what each input is, of the version that the weights choose; waits until what is worth keeping has been kept. */
  async send(inputs: readonly Drifted[], requestId: (index: number) => string): Promise<void> {
    await inParallel(inputs, lanes, (input, index) => this.#ask(input, '/predict', { 'x-request-id': requestId(index) }));
    let [last, same] = ['', 0];
    for (let tries = 0; tries < 200 && same < 5; tries++) {
      const text = await (await fetch(`${this.#service!.url}/metrics`)).text();
      const now = (text.match(/^active_learning_.*$/gm) ?? []).join('\n');
      same = now === last && /^active_learning_queue_bytes(?:\{\})? 0$/m.test(now) ? same + 1 : 0;
      last = now;
      await sleep(100);
    }
  }

  /** Share of right answers. */
  async accuracy(inputs: readonly Drifted[], version: string): Promise<number> {
    const right = await inParallel(inputs, lanes, async (input, index) => {
      const { guess } = await this.#ask(input, `/${version}/predict`, { 'x-request-id': `held-${index}` });
      return guess === input.truth;
    });
    return right.filter(Boolean).length / inputs.length;
  }

  /** Gives one version all requests, while the gateway runs; the versions that answered then. */
  async moveTo(version: string): Promise<string[]> {
    await this.#weigh({ v1: 0, v2: 0, [version]: 100 });
    const input = await this.#example();
    const until = Date.now() + movedWithinMs;
    for (let answers: string[] = []; Date.now() < until;) {
      const { version: answered } = await this.#ask(input, '/predict', {});
      answers = answered === version ? [...answers, answered] : [];
      if (answers.length === inARow) return [...new Set(answers)];
    }
    throw new Error(`the gateway did not give ${version} all requests within ${movedWithinMs / 1000} s`);
  }

  async #example(): Promise<Drifted> {
    const { file, type } = this.#tools.example;
    const bytes = await readFile(join(root, file));
    return { truth: '', body: async () => ({ type, bytes }) };
  }

  async #ask(input: Drifted, path: string, headers: Record<string, string>): Promise<{ guess: string; version: string }> {
    const { type, bytes } = await input.body();
    const answer = await fetch(`${this.url}/${this.#task}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: new Uint8Array(bytes),
    });
    const body = (await answer.json()) as { version: string; detail?: string };
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${body.detail ?? ''}`);
    return { guess: this.#tools.retraining.labelOf(body), version: body.version };
  }

  get #weightsFile(): string {
    return join(this.#folder, 'weights.json');
  }

  async #weigh(shares: Record<string, number>): Promise<void> {
    await writeFile(`${this.#weightsFile}.partial`, JSON.stringify({ [this.#task]: shares }));
    await rename(`${this.#weightsFile}.partial`, this.#weightsFile);
  }
}

import type { TaskContract } from '@facet/contracts';
import type { Manifest, Tensors, Work } from '@facet/inference';
import type { Registry } from 'prom-client';
import type { Payload } from './call.ts';
import type { Fusion } from './ensemble.ts';
import type { ServedModel } from './served-model.ts';
import type { StreamHandler } from './stream.ts';
import type { Truths } from './truths.ts';
import type { Sight, Watch } from './watch.ts';

/** How a task's golden input and answer are read; both lie in the model's `golden/` folder. */
interface Golden<Input, Answer> {
  /** Name of the input file. */
  readonly file: string;
  read(bytes: Buffer): Input;
  /** Compares `golden/output.json` with the answer: one line a difference. */
  compare(expected: unknown, answer: Answer): string[];
}

/** An answer in another form than JSON. */
interface Rendering {
  readonly body: string | Buffer;
  /** Its media type. */
  readonly type: string;
}

/**
 * All that sets one task apart: its contract and the verbs of its model. Everything else, from the socket to the metrics, is shared, and
 * nothing here knows by which protocol a call came.
 *
 * @template Input what is read from a payload, validated but not yet decoded
 * @template Answer the task's part of the answer, before the envelope and the stamp
 * @template Seen what observers look at once the answer has gone out
 */
export interface Task<Input, Answer extends object, Seen = never> {
  readonly contract: TaskContract;
  /** The key of the time in the model, and of the counts by class in the summary. */
  readonly keys: { readonly time: 'inference_time' | 'inference_time_seconds'; readonly classes: 'predictions_by_class' | 'predictions_by_digit' };
  /**
   * Reads an input.
   *
   * @param options of the call
   * @throws {Problem} when it is none of this task
   */
  read(payload: Payload, options: Readonly<Record<string, unknown>>): Input;
  /** Decodes, preprocesses, infers and postprocesses, marking each stage; leaves what it saw in `sight` where it is given one. */
  predict(input: Input, model: ServedModel, work: Work, sight?: Sight<Seen>): Promise<Answer>;
  /** Reads all that an input shows, where the contract has a transcription. */
  transcribe?(input: Input, model: ServedModel, work: Work): Promise<object>;
  readonly ensemble: Fusion<Input, Answer>;
  /** The confidence of the answer, or of its best part; undefined where there is none. */
  confidenceOf(answer: Answer): number | undefined;
  readonly watch: Watch<Input, Answer, Seen>;
  /** What people may say of an input. */
  readonly truths: Truths<Answer>;
  /** The classes in an answer, for the counts. */
  classesOf(answer: Answer): readonly string[];
  /** A few words for the log line. */
  describe(answer: Answer): Record<string, unknown>;
  /** Refuses a manifest that this task cannot serve, with a sentence. */
  check(manifest: Manifest): string | undefined;
  readonly golden: Golden<Input, Answer>;
  /** Preparation alone, for calls that want the outputs of the model: what this task takes as BYTES instead of a tensor. */
  readonly encoded: {
    /** The input that it comes under. */
    readonly name: string;
    /** Its bytes, where it came as text. */
    fromText(text: string): Buffer;
    /** One row of the model's input, and what was seen on the way. */
    toRow(bytes: Buffer, model: ServedModel, work: Work): Promise<{ readonly row: Float32Array; readonly seen: Seen }>;
  };
  /** What rows were and what their outputs say, for those who watch. */
  readonly rows: {
    /** What is to be seen of a row that came ready for the model. */
    see(row: Float32Array, model: ServedModel): Seen;
    /** @param outputs of one row */
    read(outputs: Tensors, model: ServedModel, seen: Seen): Answer;
  };
  /** How it answers a stream, where the contract has one. */
  readonly stream?: StreamHandler<Answer>;
  /**
   * Another form of the answer, where the input or the caller asks for one.
   *
   * @param accept the media types that the caller prefers, as RFC 9110 writes them
   */
  render?(answer: Answer, input: Input, accept: string | undefined): Rendering | undefined | Promise<Rendering | undefined>;
  /** Told of every prediction: for metrics that only this task has. */
  observe?(outcome: { version: string; status: 'success' | 'error'; elapsedMs: number; inferMs: number | undefined; answer?: Answer; error?: unknown }): void;
}

/** What a task is made from. */
export interface TaskParts {
  readonly registry: Registry;
}

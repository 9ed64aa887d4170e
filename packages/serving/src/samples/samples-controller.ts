import { LabelBook, sampleIdOf, type NamedSample, type SampleRecord } from '@facet/capture';
import { fromTexts, optionsOf, samplePattern, sampleSchemas, samplesQuery, type ListedSample, type SampleList, type Truth } from '@facet/contracts';
import type { Reply, RequestContext } from '@facet/http';
import type { ObjectStore } from '@facet/object-store';
import { Problem } from '@facet/problem';
import { StageClock } from '@facet/telemetry';
import { randomUUID } from 'node:crypto';
import { jsonOf } from '../rest/json-of.ts';
import type { DataPlane } from '../plane/data-plane.ts';
import type { ServedModel } from '../task/served-model.ts';

interface Parts<Input, Answer extends object> {
  readonly plane: DataPlane<Input, Answer>;
  readonly store: ObjectStore;
  /** Bytes that labelled samples may take; 0 is no limit. */
  readonly maxBytes: number;
}

const fresh = { 'cache-control': 'no-store' };
/** Pictures came from anybody: a browser is to take them for pictures and for nothing else. */
const inert = { 'cache-control': 'private, no-store', 'content-security-policy': "default-src 'none'; sandbox" };

/** Answers the calls about the samples of one task. All throw {@link Problem}, or what the store throws. */
export class SamplesController<Input, Answer extends object> {
  readonly #parts: Parts<Input, Answer>;
  readonly #book: LabelBook;
  readonly #schemas: ReturnType<typeof sampleSchemas>;

  constructor(parts: Parts<Input, Answer>) {
    const { contract } = parts.plane.task;
    this.#parts = parts;
    this.#book = new LabelBook(contract.task, parts.store, parts.maxBytes);
    this.#schemas = sampleSchemas(contract);
  }

  async list({ request }: RequestContext): Promise<Reply> {
    const query = fromTexts(new URL(request.url ?? '/', 'http://localhost').searchParams);
    const { state, limit, after } = optionsOf(samplesQuery, query);
    const labels = this.#labels();
    const [page, counts] = await Promise.all([this.#book.page(state, limit, after), this.#book.counts()]);
    const samples = page.samples.flatMap((sample) => this.#shown(sample) ?? []);
    const { task, kind } = this.#parts.plane.task.contract;
    return { body: { task, kind, samples, next: page.next, counts, labels } satisfies SampleList, headers: fresh };
  }

  async input(context: RequestContext): Promise<Reply> {
    const { record, picture } = await this.#book.input(idOf(context));
    return picture ? { body: picture, type: pictureType(record), headers: inert } : { body: record.input, headers: fresh };
  }

  async label(context: RequestContext): Promise<Reply> {
    const id = idOf(context);
    const { verdict, replace, ...said } = jsonOf(this.#schemas.verdict, context.received);
    const { record } = await this.#book.find(id);
    const answer = record.answer as Answer;
    const corrected = 'truth' in said ? (said.truth as Truth) : undefined;
    if (corrected) this.#refuse(corrected, answer);
    const truth = verdict === 'accept' ? this.#guess(answer) : corrected;
    await this.#book.label(id, { verdict, truth, by: context.caller, replace });
    return { body: { id, verdict, ...(truth && { truth }) }, headers: fresh };
  }

  /** The model is asked as well: what it cannot read cannot be learned from either, and what it takes it for is worth knowing. */
  async add(context: RequestContext): Promise<Reply> {
    const { task } = this.#parts.plane;
    const said = jsonOf(this.#schemas.feedback, context.received);
    const truth = said.truth as Truth;
    const input = task.read({ kind: 'document', value: said.input }, {});
    const model = this.#model();
    const answer = await this.#predict(input, model, context);
    this.#refuse(truth, answer);

    const at = new Date().toISOString();
    // Not the request's own id, which who sends it may choose: it must name nobody else's sample.
    const name = randomUUID();
    const id = sampleIdOf(model.version, at, name);
    const by = context.caller;
    const { bytes, extension } = task.watch.sample(input);
    const isJson = extension === 'json';
    const record: SampleRecord = {
      request_id: context.id,
      task: task.contract.task,
      version: model.version,
      model: model.reference,
      reason: 'feedback',
      uncertainty: task.watch.uncertainty(answer),
      at,
      ...(isJson ? { input: JSON.parse(bytes.toString('utf8')) as unknown } : { file: `${name}.${extension}` }),
      answer: { ...(answer as Record<string, unknown>) },
      truth,
      labelled: { verdict: 'feedback', at, ...(by !== undefined && { by }) },
    };
    await this.#book.add(id, record, isJson ? undefined : bytes);
    return { status: 201, body: this.#shown({ id, record }), headers: fresh };
  }

  async #predict(input: Input, model: ServedModel, context: RequestContext): Promise<Answer> {
    const work = {
      deadlineAt: context.deadlineAt,
      clock: new StageClock(),
      get cancelled() {
        return context.cancelled;
      },
    };
    return this.#parts.plane.task.predict(input, model, work).catch((error: unknown) => {
      throw Problem.from(error);
    });
  }

  /** @throws {Problem} `starting` */
  #model(): ServedModel {
    const { readyModels, defaultVersion } = this.#parts.plane;
    const model = readyModels.find(({ version }) => version === defaultVersion) ?? readyModels[0];
    if (!model) throw new Problem('starting', undefined, { retryAfterSeconds: 1 });
    return model;
  }

  #labels(): string[] {
    this.#model();
    return [...new Set(this.#parts.plane.readyModels.flatMap(({ manifest }) => manifest.labels))];
  }

  /** @throws {Problem} `invalid-field` when it cannot be true */
  #refuse(truth: Truth, answer: Answer): void {
    const fault = this.#parts.plane.task.truths.refuse(truth, this.#labels(), answer);
    if (fault) throw new Problem('invalid-field', `${fault.pointer.slice(1)}: ${fault.detail}`, { errors: [fault] });
  }

  /** @throws {Problem} `unknown-sample` when what was kept of the answer is no answer of this task: others may write to the store too */
  #guess(answer: Answer): Truth {
    try {
      return this.#parts.plane.task.contract.truth.parse(this.#parts.plane.task.truths.of(answer)) as Truth;
    } catch (cause) {
      throw new Problem('unknown-sample', 'The stored sample is corrupt.', { cause });
    }
  }

  /** As the list shows it; undefined for what is damaged. */
  #shown({ id, record }: NamedSample): ListedSample | undefined {
    try {
      const answer = record.answer as Answer;
      const { version, model, reason, uncertainty, at, truth, labelled } = record;
      const confidence = this.#parts.plane.task.confidenceOf(answer) ?? null;
      return this.#schemas.sample.parse({ id, version, model, reason, uncertainty, at, guess: this.#guess(answer), confidence, truth, labelled });
    } catch {
      return undefined;
    }
  }
}

/** @throws {Problem} `unknown-sample` for what cannot be a sample's name */
function idOf({ params: { id = '' } }: RequestContext): string {
  if (!samplePattern.test(id)) throw new Problem('unknown-sample');
  return id;
}

function pictureType({ file = '' }: SampleRecord): string {
  const extension = file.slice(file.lastIndexOf('.') + 1);
  return extension === 'bin' ? 'application/octet-stream' : `image/${extension === 'jpg' ? 'jpeg' : extension}`;
}

import { fromTexts, optionsOf } from '@facet/contracts';
import type { Received, Reply, RequestContext } from '@facet/http';
import { Problem } from '@facet/problem';
import { isoNow, type StageClock } from '@facet/telemetry';
import type { DataPlane } from '../plane/data-plane.ts';
import type { Payload, PredictCall } from '../task/call.ts';
import type { Answerer } from '../task/ensemble.ts';
import type { Task } from '../task/task.ts';
import { HttpCall } from './http-call.ts';
import { predictionHeaders } from './prediction-headers.ts';

type Contract = Task<unknown, object>['contract'];

/** A request for one prediction, as the plane takes it. */
class RestCall extends HttpCall implements PredictCall {
  readonly #contract: Contract;

  constructor(context: RequestContext, pinned: string | undefined, contract: Contract) {
    super(context, pinned);
    this.#contract = contract;
  }

  options(): Readonly<Record<string, unknown>> {
    const { query } = this.#contract;
    return query ? optionsOf(query, queryOf(this.context.request)) : {};
  }

  input(): Payload {
    return payloadOf(this.context.received!);
  }
}

/** What a query says, by name. */
export function queryOf({ url }: { readonly url?: string | undefined }): Record<string, unknown> {
  const at = url?.indexOf('?') ?? -1;
  return at < 0 ? {} : fromTexts(new URLSearchParams(url!.slice(at + 1)));
}

/** @throws {Problem} `missing-file` for a form without one */
function payloadOf(received: Received): Payload {
  if (received.kind === 'json') return { kind: 'document', value: received.value, bytes: received.bytes };
  if (received.kind === 'file') return { kind: 'file', bytes: received.bytes };
  const { files, fields } = received;
  const file = files.find(({ field }) => field === 'file');
  if (file) return fileOfForm(file, fields);
  const found = files[0] ? `the file came as '${files[0].field.slice(0, 40)}'` : 'the form has no file';
  throw new Problem('missing-file', `Send the image in the form field 'file': ${found}.`, { errors: [{ pointer: '/file', detail: 'is missing' }] });
}

/** A file of a form; its fields are options. */
export function fileOfForm({ bytes }: { readonly bytes: Buffer }, fields: Extract<Received, { kind: 'form' }>['fields']): Payload {
  return { kind: 'file', bytes, options: fromTexts(fields) };
}

/** The task's answer in its envelope, with the time in the model and the time of day. */
export function inEnvelope(
  { keys }: Pick<Task<never, object>, 'keys'>,
  requestId: string,
  model: Answerer,
  answer: object,
  clock: StageClock,
): Record<string, unknown> {
  return {
    request_id: requestId,
    version: model.version,
    ...answer,
    [keys.time]: round6((clock.spent('infer') ?? 0) / 1000),
    timestamp: isoNow(),
  };
}

export function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/**
 * Answers one prediction.
 *
 * @param pinned the version that the path names
 */
export async function predictReply<I, A extends object>(plane: DataPlane<I, A>, context: RequestContext, pinned?: string): Promise<Reply> {
  const { task } = plane;
  const { model, input, answer } = await plane.predict(new RestCall(context, pinned, task.contract));
  const headers = predictionHeaders(model, context.clock);
  const rendering = await task.render?.(answer, input, context.request.headers.accept);
  return rendering ? { ...rendering, headers } : { body: inEnvelope(task, context.id, model, answer, context.clock), headers };
}

/** Answers with all that an input shows. */
export async function transcriptionReply<I, A extends object>(plane: DataPlane<I, A>, context: RequestContext): Promise<Reply> {
  const { task } = plane;
  const { model, answer } = await plane.transcribe(new RestCall(context, undefined, task.contract));
  return { body: inEnvelope(task, context.id, model, answer, context.clock), headers: predictionHeaders(model, context.clock) };
}

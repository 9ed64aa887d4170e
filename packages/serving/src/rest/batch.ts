import type { BatchAnswer } from '@facet/contracts';
import type { Reply, RequestContext } from '@facet/http';
import { Problem } from '@facet/problem';
import { isoNow, StageClock, type Metrics } from '@facet/telemetry';
import type { DataPlane } from '../plane/data-plane.ts';
import type { Payload, PredictCall } from '../task/call.ts';
import { HttpCall } from './http-call.ts';
import { fileOfForm, inEnvelope, round6 } from './predict.ts';
import { predictionHeaders } from './prediction-headers.ts';

export const maxBatchItems = 64;

/** One item of a batch, as the plane takes it: with an id, a clock and an end of its own. */
class ItemCall extends HttpCall implements PredictCall {
  override readonly id: string;
  override readonly clock = new StageClock();
  override readonly notes = {};
  readonly #payload: Payload;

  constructor(context: RequestContext, index: number, payload: Payload) {
    super(context, undefined);
    this.id = `${context.id}.${index}`;
    this.#payload = payload;
  }

  options(): Readonly<Record<string, unknown>> {
    return {};
  }

  input(): Payload {
    return this.#payload;
  }
}

/** The items of a batch, not judged: each fails alone. */
function batchItems(context: RequestContext): Payload[] {
  const received = context.received!;
  if (received.kind === 'form') {
    const files = received.files.filter(({ field }) => field === 'file');
    if (files.length === 0) throw new Problem('missing-file', "Send each image in a form field 'file'.");
    return files.map((file) => fileOfForm(file, received.fields));
  }
  const items = received.kind === 'json' ? (received.value as { items?: unknown } | null)?.items : undefined;
  if (!Array.isArray(items) || items.length === 0 || items.length > maxBatchItems) {
    const detail = `expected a list of 1 to ${maxBatchItems} items${Array.isArray(items) ? `, found ${items.length}` : ''}`;
    throw new Problem('invalid-field', `items: ${detail}`, { errors: [{ pointer: '/items', detail }] });
  }
  return items.map((value: unknown) => ({ kind: 'document', value }));
}

/** Answers a batch: every item by the same version, side by side. */
export async function batchReply<I, A extends object>(plane: DataPlane<I, A>, metrics: Metrics, context: RequestContext): Promise<Reply> {
  const model = plane.choose(new HttpCall(context, undefined));
  context.notes['version'] = model.version;
  const results = await Promise.all(
    batchItems(context).map(async (payload, index): Promise<BatchAnswer['results'][number]> => {
      const call = new ItemCall(context, index, payload);
      try {
        const { answer } = await plane.predict(call, model);
        return { index, status: 200, result: inEnvelope(plane.task, call.id, model, answer, call.clock) };
      } catch (error) {
        const problem = Problem.from(error);
        if (problem.code === 'internal') context.notes['err'] = problem.cause;
        return { index, status: problem.status, problem: problem.toBody(call.id) };
      } finally {
        metrics.observeStages(call.clock);
      }
    }),
  );
  const succeeded = results.filter(({ status }) => status === 200).length;
  context.notes['items'] = results.length;
  context.notes['failed'] = results.length - succeeded;
  const body: BatchAnswer = {
    request_id: context.id,
    version: model.version,
    results,
    succeeded,
    failed: results.length - succeeded,
    inference_time: round6(context.clock.elapsed() / 1000),
    timestamp: isoNow(),
  };
  return { body, headers: predictionHeaders(model, context.clock) };
}

import { compress, type Reply, type RequestContext } from '@facet/http';
import { concatRows, splitRows, type Tensors } from '@facet/inference';
import { StageClock } from '@facet/telemetry';
import { predictionHeaders } from '../prediction-headers.ts';
import type { RowWatcher } from '../predictor.ts';
import type { ServedModel } from '../served-model.ts';
import type { Task } from '../task.ts';
import { oipVersion } from './describe-model.ts';
import { fitModel, ShapeMismatch, type Fitted } from './fit-model.ts';
import { parseInfer, type InferRequest } from './parse-infer.ts';
import { receiveInfer } from './receive-infer.ts';
import { WatchedRows } from './watched-rows.ts';
import { wantedOutputs, writeInfer } from './write-infer.ts';

type EncodedInput = Task<unknown, object>['encoded'];

/**
 * Answers one inference request.
 *
 * @param models that may answer, the preferred first: the first whose input the request fits does
 * @param watcher told of each row
 * @param chosen told which one it is, before it is asked
 */
export async function infer(
  context: RequestContext,
  models: readonly ServedModel[],
  encoded: EncodedInput,
  jsonMaxDepth: number,
  watcher: RowWatcher,
  chosen: (model: ServedModel) => void,
): Promise<Reply> {
  const { clock, notes } = context;
  const body = await receiveInfer(context, context.route.bodyMaxBytes);
  clock.mark('receive');
  const { model, request, fitted } = firstFit(models, (candidate) => {
    const parsed = parseInfer(body, candidate.manifest, jsonMaxDepth);
    return { model: candidate, request: parsed, fitted: fitModel(parsed, candidate.manifest, encoded.name) };
  });
  chosen(model);
  notes['version'] = model.version;
  const wanted = wantedOutputs(
    request,
    model.manifest.outputs.map(({ name }) => name),
  );
  clock.mark('preprocess');
  const watched = new WatchedRows(watcher, fitted.kind === 'tensor' ? fitted.rows : fitted.items.length);
  const tensors = fitted.kind === 'tensor' ? await runTensor(fitted, model, context, watched) : await runEncoded(fitted, encoded, model, context, watched);
  const identity = { model_name: model.manifest.task, model_version: oipVersion(model.version), id: request.id ?? context.id };
  const reply = await compress(writeInfer({ ...identity, tensors }, wanted), context.request.headers['accept-encoding']);
  clock.mark('postprocess');
  watched.watch(tensors, { model, requestId: context.id, user: context.user, caller: context.caller, elapsedMs: clock.elapsed() });
  return { ...reply, headers: { ...predictionHeaders(model, clock), ...reply.headers } };
}

interface Fit {
  readonly model: ServedModel;
  readonly request: InferRequest;
  readonly fitted: Fitted;
}

/** Versions may take other shapes: whoever names none gets one that takes what was sent. */
function firstFit(models: readonly ServedModel[], read: (model: ServedModel) => Fit): Fit {
  let first: unknown;
  for (const model of models) {
    try {
      return read(model);
    } catch (error) {
      first ??= error;
      if (!(error instanceof ShapeMismatch)) break;
    }
  }
  throw first;
}

/** Rows beyond what one run takes go in several, side by side. */
async function runTensor(
  { name, tensor, rows }: Fitted & { kind: 'tensor' },
  model: ServedModel,
  work: RequestContext,
  watched: WatchedRows,
): Promise<Tensors> {
  const { data } = tensor;
  const width = data.length / rows;
  const watchable = data instanceof Float32Array ? data : new Float32Array();
  for (let index = 0; index < rows && watchable.length > 0; index++) {
    watched.keep(index, () => {
      // A copy: a run may take the tensor's memory with it.
      const row = watchable.slice(index * width, (index + 1) * width);
      return { sent: Buffer.from(row.buffer), row };
    });
  }
  const { maxBatchRows } = model.manifest;
  if (rows <= maxBatchRows) return model.inferTensors({ [name]: tensor }, rows, work);
  const parts = Array.from({ length: Math.ceil(rows / maxBatchRows) }, (_, index) => Math.min(maxBatchRows, rows - index * maxBatchRows));
  // Copies, since a worker would be sent all the memory behind a view.
  const sets = splitRows({ [name]: tensor }, parts).map((set) => ({ [name]: { ...set[name]!, data: set[name]!.data.slice() } }));
  return concatRows(await Promise.all(sets.map((set, index) => model.inferTensors(set, parts[index]!, work))));
}

async function runEncoded(
  { items, isJson }: Fitted & { kind: 'encoded' },
  encoded: EncodedInput,
  model: ServedModel,
  context: RequestContext,
  watched: WatchedRows,
): Promise<Tensors> {
  const shape = model.manifest.inputs[0]!.shape.slice(1);
  const rows = await Promise.all(
    items.map(async (item, index) => {
      const { deadlineAt, clock } = context;
      const own = items.length === 1 ? clock : new StageClock();
      const work = {
        deadlineAt,
        clock: own,
        get cancelled() {
          return context.cancelled;
        },
      };
      const bytes = isJson ? encoded.fromText(item.toString('utf8')) : item;
      const made = await encoded.toRow(bytes, model, work);
      watched.keep(index, () => ({ sent: bytes, ...made }));
      return model.infer(made.row, shape, work);
    }),
  );
  return concatRows(rows);
}

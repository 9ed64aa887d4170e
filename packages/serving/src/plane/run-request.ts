import { concatRows, splitRows, type Tensors } from '@facet/inference';
import { StageClock } from '@facet/telemetry';
import type { Call } from '../task/call.ts';
import type { ServedModel } from '../task/served-model.ts';
import type { Task } from '../task/task.ts';
import type { Fitted } from './fit-model.ts';
import type { ObservedRows } from './observed-rows.ts';

type Rows = Pick<ObservedRows<unknown, object>, 'keep'>;

/** Runs the rows of a tensor; those beyond what one run takes go in several, side by side. */
export async function runTensor({ name, tensor, rows }: Fitted & { kind: 'tensor' }, model: ServedModel, call: Call, observed: Rows): Promise<Tensors> {
  const { data } = tensor;
  const width = data.length / rows;
  const observable = data instanceof Float32Array ? data : new Float32Array();
  for (let index = 0; index < rows && observable.length > 0; index++) {
    observed.keep(index, () => {
      // A copy: a run may take the tensor's memory with it.
      const row = observable.slice(index * width, (index + 1) * width);
      return { sent: Buffer.from(row.buffer), row };
    });
  }
  const { maxBatchRows } = model.manifest;
  if (rows <= maxBatchRows) return model.inferTensors({ [name]: tensor }, rows, call);
  const parts = Array.from({ length: Math.ceil(rows / maxBatchRows) }, (_, index) => Math.min(maxBatchRows, rows - index * maxBatchRows));
  // Copies, since a worker would be sent all the memory behind a view.
  const sets = splitRows({ [name]: tensor }, parts).map((set) => ({ [name]: { ...set[name]!, data: set[name]!.data.slice() } }));
  return concatRows(await Promise.all(sets.map((set, index) => model.inferTensors(set, parts[index]!, call))));
}

/** Prepares items as the task does and runs them, each as a row. */
export async function runEncoded(
  { items, isText }: Fitted & { kind: 'encoded' },
  encoded: Task<unknown, object>['encoded'],
  model: ServedModel,
  call: Call,
  observed: Rows,
): Promise<Tensors> {
  const shape = model.manifest.inputs[0]!.shape.slice(1);
  const rows = await Promise.all(
    items.map(async (item, index) => {
      const { deadlineAt, clock } = call;
      const own = items.length === 1 ? clock : new StageClock();
      const work = {
        deadlineAt,
        clock: own,
        get cancelled() {
          return call.cancelled;
        },
      };
      const bytes = isText ? encoded.fromText(item.toString('utf8')) : item;
      const made = await encoded.toRow(bytes, model, work);
      observed.keep(index, () => ({ sent: bytes, ...made }));
      return model.infer(made.row, shape, work);
    }),
  );
  return concatRows(rows);
}

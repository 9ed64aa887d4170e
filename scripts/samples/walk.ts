import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtInTasks } from '../../packages/contracts/src/index.ts';
import { toolsOf } from '../kinds/tools-of.ts';
import { CommandError, oneOf, readArguments, wholeNumber, type Command } from '../models/command.ts';
import { root } from '../models/folders.ts';
import { formatTable } from '../models/table.ts';
import { walkOnce, type Walked } from './walk-once.ts';

const guide = join(root, 'docs', 'guides', 'learn.md');
const [begin, end] = ['<!-- measured -->', '<!-- /measured -->'];
const leastRise = 0.03;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function tableOf(found: readonly Walked[]): string {
  const rows = found.map(({ task, change, sent, waiting, labelled, before, after, old }) => [
    task,
    change,
    String(sent),
    String(waiting),
    String(labelled),
    percent(before.v1),
    percent(before.v2),
    percent(after),
    `${percent(old.before)} → ${percent(old.after)}`,
    String(before.count),
  ]);
  const heads = ['Task', 'Drift', 'Sent', 'Kept', 'Labelled', 'v1 before', 'v2 before', 'v2 after', 'Unchanged inputs, v2', 'Held-out inputs'];
  return [`| ${heads.join(' | ')} |`, `|${heads.map(() => ' --- |').join('')}`, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

async function write(found: readonly Walked[]): Promise<void> {
  const page = await readFile(guide, 'utf8');
  const [head, tail] = [page.indexOf(begin), page.indexOf(end)];
  if (head < 0 || tail < 0) throw new CommandError(`${guide} has no place for what was measured.`);
  await writeFile(guide, `${page.slice(0, head + begin.length)}\n\n${tableOf(found)}\n\n${page.slice(tail)}`);
}

/** The tasks that every suite has whose kind can be retrained for a change, with the tools of that kind. */
async function retrainable() {
  const all = await Promise.all(builtInTasks.map(async (task) => [task, await toolsOf(task)] as const));
  return new Map(all.flatMap(([task, { retraining, ...tools }]) => (retraining ? [[task, { ...tools, retraining }]] : [])));
}

export const walk: Command = {
  usage: `samples -- walk [--task TASK] [--send N] [--measure N] [--write]
  Runs the whole active learning cycle on this machine through HTTP, and reports the gain: sends drifted inputs, collects
  low-confidence samples, labels them through the labelling API, exports them, retrains, imports the result as v2 into a copy of
  models/, evaluates it on held-out inputs, and shifts all traffic to v2. Fails if v2 improves by less than 3 points. --write
  updates the numbers in docs/guides/learn.md.`,

  async run(args, context) {
    const options = { task: { type: 'string' }, send: { type: 'string' }, measure: { type: 'string' }, write: { type: 'boolean', default: false } } as const;
    const { values } = readArguments(args, options);
    const walkable = await retrainable();
    const chosen = values.task === undefined ? [...walkable.keys()] : [oneOf(values.task, [...walkable.keys()], '--task')];
    const found: Walked[] = [];
    for (const task of chosen) {
      const send = values.send === undefined ? 700 : wholeNumber(values.send, '--send');
      const measure = values.measure === undefined ? 400 : wholeNumber(values.measure, '--measure');
      found.push(await walkOnce({ task, tools: walkable.get(task)!, send, measure, env: context.env, note: context.note }));
    }
    context.print(
      formatTable(
        ['task', 'labelled', 'v2 before', 'v2 after', 'unchanged before', 'unchanged after', 'seconds'],
        found.map(({ task, labelled, before, after, old, seconds }) => [
          task,
          String(labelled),
          percent(before.v2),
          percent(after),
          percent(old.before),
          percent(old.after),
          seconds.toFixed(0),
        ]),
        [],
      ),
    );
    if (values.write) await write(found);
    const poor = found.filter(({ before, after }) => after - before.v2 < leastRise);
    for (const { task } of poor) context.note(`${task}: expected a rise of at least ${percent(leastRise)}.`);
    return poor.length > 0 ? 1 : 0;
  },
};

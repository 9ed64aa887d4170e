import type { Kind } from '../../packages/contracts/src/index.ts';
import type { KindTools } from '../kinds/kind-tools.ts';
import type { CommandContext } from '../models/command.ts';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../models/folders.ts';
import type { Drifted } from './drifted.ts';
import { labelAll } from './label-all.ts';
import { runStep } from './run-step.ts';
import { WalkedSuite } from './walked-suite.ts';

/** What a walk through the loop found; accuracies as shares. */
export interface Walked {
  readonly task: Kind;
  readonly change: string;
  readonly sent: number;
  /** Samples that the services kept of what was sent. */
  readonly waiting: number;
  readonly labelled: number;
  readonly before: { readonly v1: number; readonly v2: number; readonly count: number };
  readonly after: number;
  /** Accuracy of v2 on inputs as they were before the world changed. */
  readonly old: { readonly before: number; readonly after: number };
  /** Versions that answered once the weights had been moved. */
  readonly answering: readonly string[];
  readonly seconds: number;
}

interface WalkOptions {
  /** A task that every suite has, which has the name of its kind. */
  readonly task: Kind;
  readonly tools: KindTools & Required<Pick<KindTools, 'retraining'>>;
  /** Inputs of the changed world to send. */
  readonly send: number;
  /** Inputs of it that are held back, to measure with; as many of the old world. */
  readonly measure: number;
  readonly env: CommandContext['env'];
  readonly note: (line: string) => void;
}

/**
 * Walks the loop from a changed world to a better model that gets all requests.
 *
 * Nothing of it touches the repository's own models, samples or state.
 *
 * @throws {Error} when a step does not do its work
 */
export async function walkOnce({ task, tools, send, measure, env, note }: WalkOptions): Promise<Walked> {
  const beganAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'facet-learn-'));
  const models = join(folder, 'models');
  await cp(join(root, 'models', task), join(models, task), { recursive: true });
  const change = tools.retraining.change();
  const held = change.take(measure);
  const unchanged = change.old(measure);
  const sent = change.take(send);
  const truths = new Map(sent.map(({ truth }, index) => [`sent-${index}`, truth]));
  const suite = await WalkedSuite.open(task, tools, folder);
  try {
    const accuracy = async (inputs: readonly Drifted[], version: string) => suite.accuracy(inputs, version);
    note(`${task}: sending ${send} of a changed world: ${change.what} …`);
    await suite.send(sent, (index) => `sent-${index}`);
    const { waiting, labelled } = await labelAll(`${suite.url}/${task}`, (requestId) => truths.get(requestId));
    note(`${task}: ${labelled} of ${waiting} kept samples are labelled; measuring …`);
    const before = { v1: await accuracy(held, 'v1'), v2: await accuracy(held, 'v2'), count: measure };
    const oldBefore = await accuracy(unchanged, 'v2');

    const [exported, onnx] = [join(folder, 'exported'), join(folder, 'retrained.onnx')];
    await runStep('npm', ['run', '--silent', 'samples', '--', 'export', '--task', task, '--to', exported, '--from', join(folder, 'samples')], env);
    note(`${task}: learning …`);
    note(await runStep('training/run', ['retrain', '--task', task, '--data', exported, '--model', join(models, task, 'v2'), '--out', onnx], env));
    const { labels, licence } = JSON.parse(await readFile(join(models, task, 'v2', 'manifest.json'), 'utf8')) as { labels: string[]; licence: string };
    await writeFile(join(folder, 'labels.json'), JSON.stringify(labels));
    const naming = ['--labels', join(folder, 'labels.json'), '--licence', licence, '--name', `Retrained ${task}`];
    const place = ['--task', task, '--version', 'v2', '--replace', '--models-dir', models];
    note(await runStep('npm', ['run', '--silent', 'models', '--', 'import', onnx, ...place, ...naming], env));

    await suite.restart();
    const after = await accuracy(held, 'v2');
    const oldAfter = await accuracy(unchanged, 'v2');
    const answering = await suite.moveTo('v2');
    const seconds = (performance.now() - beganAt) / 1000;
    return { task, change: change.what, sent: send, waiting, labelled, before, after, old: { before: oldBefore, after: oldAfter }, answering, seconds };
  } finally {
    await suite.close();
    await rm(folder, { recursive: true, force: true });
  }
}

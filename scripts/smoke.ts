import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtInTasks, type Kind } from '../packages/contracts/src/index.ts';
import { toolsOf } from './kinds/tools-of.ts';
import { root } from './models/folders.ts';

const usage = 'usage: pnpm smoke URL     (such as http://127.0.0.1:8080, the gateway of any running suite)';
const timeoutMs = 15_000;

interface Check {
  readonly name: string;
  /** Returns a few words on what came back; throws when it is wrong. */
  readonly run: () => Promise<string>;
}

async function ask(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 200)}`);
  return JSON.parse(text) as Record<string, unknown>;
}

const isBuiltIn = (task: string): boolean => builtInTasks.some((name) => name === task);

/** Asks every version of a task for the example of its kind; the answer to it is known where the task is one that every suite has. */
async function predictions(base: string, task: string, kind: Kind): Promise<Check[]> {
  const { file, type, answer } = (await toolsOf(kind)).example;
  const { versions } = (await ask(`${base}/${task}/model_info`)) as { versions: Readonly<Record<string, unknown>> };
  return Object.keys(versions).map((version) => ({
    name: `${task} ${version}`,
    async run() {
      const body = await readFile(join(root, file));
      const found = JSON.stringify(await ask(`${base}/${task}/${version}/predict`, { method: 'POST', headers: { 'content-type': type }, body }));
      if (!isBuiltIn(task)) return 'answered';
      const [seen] = answer.exec(found) ?? [];
      if (seen === undefined) throw new Error(`expected ${answer.source}, got ${found.slice(0, 200)}`);
      return seen;
    },
  }));
}

/** For a task that does not say which versions it has. */
function failing(name: string, error: Error): Check {
  return { name, run: () => Promise.reject(error) };
}

/** The checks of a suite, by the tasks that it says it has. */
async function checksOf(base: string): Promise<Check[]> {
  const { status, services } = (await ask(`${base}/health`)) as { status: string; services: Readonly<Record<string, { kind: Kind }>> };
  const tasks = Object.entries(services);
  const [[first] = []] = tasks;
  return [
    {
      name: 'health',
      async run() {
        if (status !== 'healthy') throw new Error(`the suite is ${status}`);
        return status;
      },
    },
    ...(await Promise.all(tasks.map(([task, { kind }]) => predictions(base, task, kind).catch((error: Error) => [failing(task, error)])))).flat(),
    {
      name: 'bad input',
      async run() {
        const answer = await fetch(`${base}/${first}/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{',
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (answer.status !== 400) throw new Error(`expected 400 for broken JSON, got ${answer.status}`);
        const { code } = (await answer.json()) as { code: string };
        return `400 ${code}`;
      },
    },
  ];
}

const base = process.argv[2]?.replace(/\/+$/, '');
if (base === undefined || !URL.canParse(base)) {
  console.error(usage);
  process.exit(2);
}

/** What went wrong, with the cause that `fetch` hides. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message + (error.cause instanceof Error ? ` (${error.cause.message})` : '');
}

const checks = await checksOf(base).catch((error: unknown) => {
  console.log(`FAIL  ${base}: ${reasonOf(error)}`);
  process.exit(1);
});
const width = Math.max(...checks.map(({ name }) => name.length));
let failed = 0;
for (const { name, run } of checks) {
  const beganAt = performance.now();
  try {
    const words = await run();
    console.log(`ok    ${name.padEnd(width)}  ${words}  ${Math.round(performance.now() - beganAt)} ms`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name.padEnd(width)}  ${reasonOf(error)}`);
  }
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

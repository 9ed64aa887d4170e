import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const usage = 'usage: pnpm smoke URL     (such as http://127.0.0.1:8080, the gateway of any running suite)';
const timeoutMs = 15_000;

interface Check {
  readonly name: string;
  /** Returns a few words on what came back; throws when it is wrong. */
  readonly run: (base: string) => Promise<string>;
}

function example(name: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(fileURLToPath(new URL(`../examples/${name}`, import.meta.url)));
}

async function ask(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 200)}`);
  return JSON.parse(text) as Record<string, unknown>;
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

async function upload(url: string, name: string): Promise<Record<string, unknown>> {
  const form = new FormData();
  form.set('file', new Blob([await example(name)]), name);
  return ask(url, { method: 'POST', body: form });
}

function predictions(version: 'v1' | 'v2'): Check[] {
  return [
    {
      name: `gesture ${version}`,
      async run(base) {
        const { gesture, confidence, action } = await ask(`${base}/gesture/${version}/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: await example('hand.json'),
        });
        expect(gesture === 'like' && action === 'up', `expected like and up, got ${String(gesture)} and ${String(action)}`);
        return `${String(gesture)} → ${String(action)} (${Number(confidence).toFixed(3)})`;
      },
    },
    {
      name: `digit ${version}`,
      async run(base) {
        const { predicted_digit: digit, confidence } = await upload(`${base}/digit/${version}/predict`, 'digit.png');
        expect(digit === 7, `expected 7, got ${String(digit)}`);
        return `${String(digit)} (${Number(confidence).toFixed(3)})`;
      },
    },
    {
      name: `detection ${version}`,
      async run(base) {
        const { detections } = (await upload(`${base}/detection/${version}/predict`, 'photo.jpg')) as {
          detections: { class_name: string; confidence: number }[];
        };
        expect(detections.length > 0, 'expected objects, got none');
        return detections.map(({ class_name, confidence }) => `${class_name} ${confidence.toFixed(2)}`).join(', ');
      },
    },
  ];
}

const checks: readonly Check[] = [
  {
    name: 'health',
    async run(base) {
      const { status } = await ask(`${base}/health`);
      expect(status === 'healthy', `the suite is ${String(status)}`);
      return String(status);
    },
  },
  ...predictions('v1'),
  ...predictions('v2'),
  {
    name: 'bad input',
    async run(base) {
      const answer = await fetch(`${base}/digit/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{',
        signal: AbortSignal.timeout(timeoutMs),
      });
      expect(answer.status === 400, `expected 400 for broken JSON, got ${answer.status}`);
      const { code } = (await answer.json()) as { code: string };
      return `400 ${code}`;
    },
  },
];

const base = process.argv[2]?.replace(/\/+$/, '');
if (base === undefined || !URL.canParse(base)) {
  console.error(usage);
  process.exit(2);
}

let failed = 0;
for (const { name, run } of checks) {
  const beganAt = performance.now();
  try {
    const words = await run(base);
    console.log(`ok    ${name.padEnd(13)} ${words}  ${Math.round(performance.now() - beganAt)} ms`);
  } catch (error) {
    failed += 1;
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    console.log(`FAIL  ${name.padEnd(13)} ${error instanceof Error ? error.message : String(error)}${cause}`);
  }
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

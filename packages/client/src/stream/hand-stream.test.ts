import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type FrameStream, type Hand, type HandAnswer } from '../index.ts';

const hand = JSON.parse(readFileSync(join(__dirname, '../../../../examples/hands/like.json'), 'utf8')) as {
  landmarks: { x: number; y: number }[];
  image: { width: number; height: number };
};

async function until(what: () => boolean): Promise<void> {
  const givesUpAt = performance.now() + 20_000;
  while (!what()) {
    if (performance.now() > givesUpAt) throw new Error(`not within 20 s: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A stream that is sent the same hand sixty times a second, with all that it hears. */
function play(url: string): {
  stream: FrameStream<Hand | null>;
  answers: HandAnswer[];
  opened: string[];
  lost: { code: number; retryInMs: number | undefined }[];
  stop(): void;
} {
  const [answers, opened, lost]: [HandAnswer[], string[], { code: number; retryInMs: number | undefined }[]] = [[], [], []];
  const stream = createClient({ url }).gesture.stream({
    version: 'v1',
    onAnswer: (answer) => answers.push(answer),
    onOpen: ({ version }) => opened.push(version),
    onLost: (one) => lost.push(one),
  });
  const frames = setInterval(() => stream.send(hand), 16);
  return {
    stream,
    answers,
    opened,
    lost,
    stop() {
      clearInterval(frames);
      stream.close();
    },
  };
}

describe('a stream of a hand', () => {
  let gateway: SpawnedService;
  let gesture: SpawnedService;
  const env = { ACCESS_LOG: 'false', MODEL_VERSIONS: 'v1' };
  beforeAll(async () => {
    gesture = await spawnService('gesture', env);
    gateway = await spawnService('gateway', { ...env, GESTURE_URL: gesture.url });
  });
  afterAll(async () => {
    await gateway.stop();
    await gesture.stop();
  });

  it('goes on with the hand after the service was replaced, over another connection', async () => {
    const { answers, opened, lost, stop } = play(gateway.url);
    await until(() => answers.at(-1)?.action === 'up');
    await gesture.stop();
    await until(() => lost.length > 0);
    expect([1001, 1006, 1013]).toContain(lost[0]!.code);
    expect(lost[0]!.retryInMs).toBeLessThanOrEqual(100);
    const before = answers.length;
    gesture = await spawnService('gesture', { ...env, PORT: new URL(gesture.url).port });
    await until(() => answers.length > before && answers.at(-1)!.action === 'up');
    expect(opened).toHaveLength(2);
    // The newest frame waited, not all that were made meanwhile.
    const seqs = answers.map(({ seq }) => seq!);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(answers[before]!.dropped).toBeLessThan(10);
    stop();
  });

  it('does not knock again where it was told not to', async () => {
    const { stream, lost, opened, stop } = play(gateway.url);
    await until(() => opened.length === 1);
    stream.send({ landmarks: Array.from({ length: 20_000 }, () => ({ x: 0.123456789, y: 0.123456789 })) });
    await until(() => lost.length > 0);
    expect(lost[0]).toMatchObject({ code: 1009, retryInMs: undefined });
    stop();
  });

  it('ends when it is closed', async () => {
    const { lost, opened, stop } = play(gateway.url);
    await until(() => opened.length === 1);
    stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lost).toEqual([]);
  });
});

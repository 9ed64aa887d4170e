import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamMessage, type StreamMessage } from '@facet/contracts';
import { readLandmarks } from '../model/landmarks.ts';
import { HandStream } from './hand-stream.ts';

const hand = JSON.parse(readFileSync(join(__dirname, '../../../../examples/hand.json'), 'utf8')) as object;

interface Scene {
  readonly stream: HandStream;
  readonly said: StreamMessage[];
  readonly counts: Record<string, number>;
  readonly failures: unknown[];
  isBehind: boolean;
  /** Lets the model answer the frame in work. */
  answer(error?: Error, isRejected?: boolean): Promise<void>;
}

function scene(maxFramesPerSecond = 1000): Scene {
  const pending: {
    resolve: (value: { gesture: string; confidence: number; probabilities: Record<string, number>; rejected: boolean }) => void;
    reject: (error: Error) => void;
  }[] = [];
  const said: StreamMessage[] = [];
  const counts: Record<string, number> = {};
  const failures: unknown[] = [];
  const here: Scene = {
    said,
    counts,
    failures,
    isBehind: false,
    stream: new HandStream({
      id: 'a-stream',
      actions: { like: 'up' },
      maxFramesPerSecond,
      ignoresRejected: true,
      predict: async (sent) => {
        readLandmarks(sent);
        return new Promise((resolve, reject) => {
          pending.push({ resolve, reject });
        });
      },
      send(text, sent) {
        said.push(streamMessage.parse(JSON.parse(text)));
        sent();
      },
      isBehind: () => here.isBehind,
      fail: (error) => failures.push(error),
      count: (outcome) => {
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      },
    }),
    async answer(error, isRejected = false) {
      const first = pending.shift()!;
      if (error) first.reject(error);
      else first.resolve({ gesture: 'like', confidence: 1, probabilities: { like: 1 }, rejected: isRejected });
      await sleep(0);
    },
  };
  return here;
}

function frame(seq: number): Buffer {
  return Buffer.from(JSON.stringify({ ...hand, seq }));
}

describe('HandStream', () => {
  it('has one frame in work and keeps only the newest of those that wait', async () => {
    const { stream, said, counts, answer } = scene();
    for (let seq = 0; seq < 10; seq += 1) stream.message(frame(seq));
    await answer();
    await answer();
    expect(said).toMatchObject([
      { seq: 0, dropped: 0 },
      { seq: 9, dropped: 8 },
    ]);
    expect(counts).toEqual({ answered: 2, dropped: 8 });
  });

  it('asks the model nothing while the client does not take its answers', async () => {
    const here = scene();
    here.isBehind = true;
    here.stream.message(frame(0));
    here.stream.message(frame(1));
    expect(here.counts).toEqual({ dropped: 1 });
    here.isBehind = false;
    here.stream.message(frame(2));
    await here.answer();
    expect(here.said).toMatchObject([{ seq: 2, dropped: 2 }]);
  });

  it('holds frames to the rate', async () => {
    const { stream, said, answer } = scene(4);
    for (let seq = 0; seq < 12; seq += 1) {
      stream.message(frame(seq));
      if (seq < 4) await answer();
    }
    expect(said).toHaveLength(4);
    await sleep(280);
    await answer();
    expect(said.at(-1)).toMatchObject({ seq: 11, dropped: 7 });
  });

  it.each([
    ['no JSON', 'up', null, 'malformed-json'],
    ['too deep', `{"seq":3,"landmarks":${'['.repeat(20)}${']'.repeat(20)}}`, null, 'json-too-deep'],
    ['no hand at all', '{"seq":4}', 4, 'missing-landmarks'],
    ['a number', '7', null, 'invalid-field'],
  ])('%s is a problem, and the stream goes on', async (_what, text, seq, code) => {
    const { stream, said, counts, answer } = scene();
    stream.message(Buffer.from(text));
    await sleep(0);
    expect(said).toMatchObject([{ type: 'problem', seq, problem: { code, instance: 'a-stream' } }]);
    stream.message(frame(5));
    await answer();
    expect(said[1]).toMatchObject({ type: 'answer', seq: 5, gesture: 'like' });
    expect(counts).toEqual({ refused: 1, answered: 1 });
  });

  it('answers a frame without a hand, and asks no model', async () => {
    const { stream, said } = scene();
    stream.message(Buffer.from('{"seq":1,"landmarks":null}'));
    await sleep(0);
    expect(said).toEqual([
      { type: 'answer', seq: 1, gesture: null, confidence: 0, action: null, action_confidence: 0, started: false, dropped: 0, inference_time: 0 },
    ]);
  });

  it('lets a rejected hand hold no action', async () => {
    const { stream, said, answer } = scene();
    for (const [seq, isRejected] of [true, false].entries())
      for (let count = 0; count < 5; count += 1) {
        stream.message(frame(5 * seq + count));
        await sleep(40);
        await answer(undefined, isRejected);
      }
    const actions = said.map((message) => (message as { action: string | null }).action);
    expect(actions.slice(0, 5)).toEqual([null, null, null, null, null]);
    expect(actions.at(-1)).toBe('up');
  });

  it('tells the log what is our fault, and the client only that it is', async () => {
    const { stream, said, failures, answer } = scene();
    stream.message(frame(0));
    await answer(new Error('the disk is on fire'));
    expect(failures).toMatchObject([{ message: 'the disk is on fire' }]);
    expect(JSON.stringify(said)).not.toContain('fire');
    expect(said).toMatchObject([{ type: 'problem', problem: { code: 'internal' } }]);
  });

  it('says nothing once it is closed', async () => {
    const { stream, said, answer } = scene();
    stream.message(frame(0));
    stream.message(frame(1));
    stream.closed();
    await answer();
    expect(said).toEqual([]);
  });
});

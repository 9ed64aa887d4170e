import { createClient } from '@facet/client';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl, until } from '../cluster/commands.ts';
import { edge } from '../cluster/edge.ts';
import { allReady, namespace, upgradeSuite } from '../cluster/release.ts';
import { recordText } from '../cluster/results.ts';

const hands = 6;
const framesPerSecond = 30;
/** Shorter than a stream, to see that it does not end one. */
const routeTimeoutSeconds = 15;
const like = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'examples', 'hands', 'like.json'), 'utf8')) as {
  landmarks: { x: number; y: number }[];
  image: { width: number; height: number };
};

/** A recorded hand, held up and swaying a little, as a player's is. */
function frame(at: number): typeof like {
  const [dx, dy] = [0.02 * Math.sin(at / 23), 0.015 * Math.sin(at / 31)];
  return { ...like, landmarks: like.landmarks.map(({ x, y }) => ({ x: x + dx, y: y + dy })) };
}

interface Player {
  readonly codes: number[];
  readonly answers: number;
  /** Longest time without the action that the hand holds, in ms. */
  readonly longestGapMs: number;
  readonly last: string | null | undefined;
  readonly wrong: string[];
  stop(): void;
}

/** One hand that shows 'up' for as long as it plays. */
function play(url: string, version: string): Player {
  const codes: number[] = [];
  const wrong: string[] = [];
  let answers = 0;
  let longestGapMs = 0;
  let last: string | null | undefined;
  let upAt: number | undefined;
  const stream = createClient({ url }).gesture.stream({
    version,
    onAnswer({ action }) {
      answers += 1;
      last = action;
      if (action === null) return;
      if (action !== 'up') wrong.push(action);
      const now = performance.now();
      longestGapMs = Math.max(longestGapMs, now - (upAt ?? now));
      upAt = now;
    },
    onLost: ({ code }) => codes.push(code),
  });
  let count = 0;
  const frames = setInterval(() => stream.send(frame((count += 1))), 1000 / framesPerSecond);
  return {
    codes,
    wrong,
    get answers() {
      return answers;
    },
    get longestGapMs() {
      return longestGapMs;
    },
    get last() {
      return last;
    },
    stop() {
      clearInterval(frames);
      stream.close();
    },
  };
}

/** Streams of hands through Istio's ingress, which live longer than requests and meet every change of the pods. */
export function describeStreams(): void {
  const here = process.env['E2E_LOCAL_NODES'] === '1';
  const describeHere = here ? describe : describe.skip;
  describeHere(`streams through the edge${here ? '' : ' (skipped: needs E2E_LOCAL_NODES=1, where the ingress is at localhost)'}`, () => {
    const players: Player[] = [];
    const allUp = (): Promise<boolean> => until('every hand says up', async () => players.every(({ last }) => last === 'up'), 90);

    beforeAll(async () => {
      await upgradeSuite(
        [...edge, 'global.traffic.api=istio', 'global.traffic.edge.hosts[1]=*', `global.traffic.timeout=${routeTimeoutSeconds}s`],
        ['--reuse-values'],
      );
      await allReady();
      await until('the edge answers', async () => (await fetch('http://localhost/health')).ok);
    }, 420_000);
    afterAll(() => {
      for (const player of players) player.stop();
    });

    test("outlive the route's time-out for requests", async () => {
      for (let index = 0; index < hands; index += 1) players.push(play('http://localhost', index % 2 === 0 ? 'v1' : 'v2'));
      await allUp();
      await sleep((routeTimeoutSeconds + 10) * 1000);
      expect(players.map(({ codes }) => codes)).toEqual(players.map(() => []));
    }, 180_000);

    test('go on with the hand through a rolling restart of the gateway and of both versions', async () => {
      for (const deployment of ['facet-gateway', 'facet-gesture-v1', 'facet-gesture-v2']) {
        await kubectl('rollout', 'restart', '-n', namespace, `deployment/${deployment}`);
        await allReady([deployment]);
      }
      // Pods that were replaced say goodbye after their drain delay.
      await sleep(10_000);
      await allUp();
      const codes = players.flatMap((player) => player.codes);
      const gaps = players.map(({ longestGapMs }) => Math.round(longestGapMs)).toSorted((a, b) => a - b);
      recordText(
        'Streams of hands through the edge',
        `${hands} hands at ${framesPerSecond} frames a second through Istio's ingress, while the gateway and both versions of gesture were restarted one after the other: ` +
          `${codes.length} connections ended (${[...Map.groupBy(codes, String)].map(([code, all]) => `${all.length} with ${code}`).join(', ')}), all were opened again by \`@facet/client\`. ` +
          `Of ${players.reduce((sum, { answers }) => sum + answers, 0)} answers none had a wrong action; the longest time without the action that a hand held was ${gaps[0]} to ${gaps.at(-1)} ms.`,
      );
      expect(codes.length).toBeGreaterThanOrEqual(hands);
      expect(players.flatMap(({ wrong }) => wrong)).toEqual([]);
    }, 420_000);
  });
}

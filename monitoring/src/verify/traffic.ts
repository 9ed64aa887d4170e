import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');
const json = { 'content-type': 'application/json' };

/** Requests that go on until they are told to stop. */
export interface Traffic {
  stop(): Promise<void>;
}

/** Sends one request after another, some time apart; an answer with any status will do, for faults are sent too. */
export async function keepAsking(requests: readonly (() => Promise<Response>)[], pauseMs: number, signal: AbortSignal): Promise<void> {
  for (let count = 0; !signal.aborted; count += 1) {
    const request = requests[count % requests.length]!;
    await request().then(
      (answer) => answer.arrayBuffer(),
      () => undefined,
    );
    await sleep(pauseMs);
  }
}

/** A little of everything that users send, through a gateway: all tasks, versions and users, batches, what cannot be used. */
export async function startTraffic(gateway: string): Promise<Traffic> {
  const hands = await Promise.all(['like', 'dislike', 'three', 'four'].map((name) => readFile(join(examples, 'hands', `${name}.json`), 'utf8')));
  const [digit, photo] = await Promise.all(['digit.png', 'photo.jpg'].map((name) => readFile(join(examples, name))));
  const post = (path: string, body: string | Buffer, headers: Record<string, string>): (() => Promise<Response>) => {
    let user = 0;
    return () =>
      fetch(`${gateway}${path}`, {
        method: 'POST',
        headers: { ...headers, 'x-user-id': `user-${(user += 1)}` },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });
  };
  const versions = ['', '/v1', '/v2'];
  const png = { 'content-type': 'image/png' };
  const jpeg = { 'content-type': 'image/jpeg' };
  const missing = JSON.stringify({ landmarks: Array.from({ length: 21 }, (_, index) => (index < 4 ? null : [0.1 * index, 0.2])) });
  const small = [
    ...versions.flatMap((version) => hands.map((hand) => post(`/gesture${version}/predict`, hand, json))),
    ...versions.flatMap((version) => [post(`/digit${version}/predict`, digit!, png), post(`/digit${version}/predict`, digit!, png)]),
    post('/gesture/batch/predict', JSON.stringify({ items: hands.map((hand) => JSON.parse(hand) as unknown) }), json),
    post('/gesture/predict', missing, json),
    post('/digit/predict', '{', json),
    post('/detection/predict', 'not an image', jpeg),
  ];
  const large = versions.map((version) => post(`/detection${version}/predict`, photo!, jpeg));

  const stopping = new AbortController();
  const clients = [keepAsking(small, 15, stopping.signal), keepAsking(small.toReversed(), 15, stopping.signal), keepAsking(large, 100, stopping.signal)];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(clients);
    },
  };
}

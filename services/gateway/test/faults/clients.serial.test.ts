import { spawnService, type SpawnedService } from '@facet/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';
import { beforeServices, BoundedService } from './bounded-service.ts';
import { Load, metric, succeeded, countByStatus, type Outcome } from './load.ts';

jest.setTimeout(180_000);

/** A client that sends a byte a second and hears nothing, not even that it is cut off. */
class Drip {
  readonly #socket: Socket;
  isCut = false;

  constructor(port: number, text: string, patient: string) {
    this.#socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.#socket.on('error', () => undefined);
    this.#socket.once('close', () => (this.isCut = true));
    this.#socket.resume();
    let at = 0;
    const timer = setInterval(() => {
      if (this.isCut) clearInterval(timer);
      else if (this.#socket.writable) this.#socket.write(at === 0 ? text : (patient[at % patient.length] ?? 'a'));
      at += 1;
    }, 1000);
  }

  end(): void {
    this.#socket.destroy();
  }
}

describe('a thousand clients that send a byte a second', () => {
  it('are cut, and those who ask properly see no error', async () => {
    const service = await BoundedService.start({ slots: 16, workMs: 5 });
    const gateway = await spawnService('gateway', { ...beforeServices(service), HEADERS_TIMEOUT: '3s', BODY_TIMEOUT: '6s' });
    const port = Number(new URL(gateway.url).port);
    const open = (): Promise<number> => metric(gateway.url, 'process_open_fds');
    const before = await open();
    const head = 'POST /digit/v1/predict HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
    const drips = Array.from({ length: 1000 }, (_, index) =>
      // Some never end their headers, some their body.
      index % 2 === 0 ? new Drip(port, head, 'x-a: b\r\n') : new Drip(port, `${head}content-length: 100000\r\n\r\n`, ' '),
    );
    const load = new Load(gateway.url);
    const polite: Outcome[] = [];
    for (let tries = 0; tries < 600 && (tries < 40 || drips.some(({ isCut }) => !isCut)); tries += 1) {
      polite.push(await load.one());
      await sleep(100);
    }
    expect(drips.filter(({ isCut }) => !isCut).length).toBe(0);
    expect(countByStatus(polite)).toEqual({ '200': polite.length });
    // Nothing of them is left behind.
    for (let tries = 0; tries < 100 && (await open()) > before + 50; tries += 1) await sleep(200);
    expect(await open()).toBeLessThanOrEqual(before + 50);
    for (const drip of drips) drip.end();
    load.close();
    await gateway.stop();
    service.stop();
  });
});

describe('one greedy key against ten polite ones, none of which has a limit of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greedy-'));
  const secrets = new Map<string, string>();
  let service: BoundedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    service = await BoundedService.start({ slots: 32, workMs: 400 });
    const keys = ['greedy', ...Array.from({ length: 10 }, (_, index) => `polite${index}`)].map((id) => {
      secrets.set(id, makeKey());
      return { id, hash: hashKey(secrets.get(id)!), scopes: ['*'] };
    });
    writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys }));
    gateway = await spawnService('gateway', { ...beforeServices(service), API_KEYS_FILE: join(folder, 'keys.json') });
  });
  afterAll(async () => {
    await gateway.stop();
    service.stop();
    rmSync(folder, { recursive: true });
  });

  it('the polite see no errors, and the greedy one gets what they leave', async () => {
    const [greedy, polite] = [new Load(gateway.url), new Load(gateway.url)];
    const as = (id: string) => ({ headers: { 'x-api-key': secrets.get(id)! } });
    const flood = greedy.open(service.perSecond * 6, 15_000, as('greedy'));
    await sleep(1000);
    const own = await Promise.all(Array.from({ length: 10 }, (_, index) => polite.closed(1, 13_000, as(`polite${index}`))));
    const flooded = await flood;
    greedy.close();
    polite.close();
    for (const outcomes of own) {
      expect(countByStatus(outcomes)).toEqual({ '200': outcomes.length });
      expect(outcomes.length).toBeGreaterThan(3);
    }
    expect(flooded.filter(({ status }) => status === 503).length).toBeGreaterThan(flooded.length / 2);
    expect(succeeded(flooded).length).toBeGreaterThan(50);
  });
});

import { spawnService, spawnSuite, type SpawnedSuite } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';

const hand = JSON.parse(readFileSync(join(__dirname, '../../../examples/hand.json'), 'utf8')) as object;

/** The rows of a page's tables, each as the text of its cells. */
function rowsOf(html: string): string[][] {
  return [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) => [...row!.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell!.replaceAll(/<[^>]+>/g, '')));
}

describe('GET /status', () => {
  let suite: SpawnedSuite;
  beforeAll(async () => {
    // Two processes: whichever is asked must tell of both.
    suite = await spawnSuite({ WORKERS: '2', AB_WEIGHTS: 'v1=80,v2=20' });
  });
  afterAll(() => suite.stop());

  it('shows services, versions, weights and what they are asked', async () => {
    for (let count = 0; count < 20; count += 1) await request(suite.gateway.url).post('/gesture/v1/predict').send(hand).expect(200);
    const { text, headers } = await request(suite.gateway.url).get('/status').expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const rows = rowsOf(text);
    expect(rows.filter(([, state]) => state === 'ready').map(([task]) => task)).toEqual(['gesture', 'digit', 'detection']);
    const gesture = rows.find(([task, version]) => task === 'gesture' && version === 'v1')!;
    expect(gesture.slice(2, 4)).toEqual(['ready', '80 %']);
    expect(Number.parseFloat(gesture[4]!)).toBeGreaterThan(0);
    expect(gesture.at(-1)).toMatch(/^gesture\/v1@sha256:[0-9a-f]{12}$/);
  });

  it('says which service does not answer', async () => {
    const alone = await spawnService('gateway', { GESTURE_URL: suite.gesture.url, DIGIT_URL: 'http://127.0.0.1:1', DETECTION_URL: suite.detection.url });
    const { text } = await request(alone.url).get('/status').expect(200);
    expect(rowsOf(text).filter(([task, state]) => task === 'digit' && state === 'unreachable')).toHaveLength(1);
    await alone.stop();
  });
});

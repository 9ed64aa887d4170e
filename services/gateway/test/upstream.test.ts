import { spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';

const hand = { landmarks: [] };

describe.each(['own', 'node'])('with the HTTP client %j, a gateway whose services fail', (client) => {
  let gateway: SpawnedService;
  let flaky: Server;
  let connections = 0;

  beforeAll(async () => {
    // Breaks every other request off: once before it answers anything, then in the middle of the answer.
    flaky = createServer((incoming, response) => {
      connections += 1;
      if (connections % 4 === 1) incoming.socket.destroy();
      else if (connections % 4 === 3) response.writeHead(200, { 'content-length': '1000' }).write('{', () => incoming.socket.destroy());
      else {
        incoming.resume();
        incoming.once('end', () =>
          response.setHeader('content-type', 'application/json').end(JSON.stringify({ path: incoming.url, timeout: incoming.headers['x-request-timeout-ms'] })),
        );
      }
    }).listen(0, '127.0.0.1');
    await once(flaky, 'listening');
    const { port } = flaky.address() as AddressInfo;
    gateway = await spawnService('gateway', {
      UPSTREAM_HTTP_CLIENT: client,
      GESTURE_URL: `http://127.0.0.1:${port}`,
      DIGIT_URL: 'http://127.0.0.1:1',
      GESTURE_AB_WEIGHTS: 'v1=0,v2=1',
    });
  });
  afterAll(async () => {
    flaky.closeAllConnections();
    flaky.close();
    await gateway.stop();
  });

  it.each(['before the answer', 'in the middle of the answer'])('asks once more on another connection when one breaks %s', async () => {
    const answer = await request(gateway.url).post('/gesture/predict').set('x-request-timeout-ms', '5000').send(hand).expect(200);
    expect(answer.body.path).toBe('/v2/predict');
    expect(Number(answer.body.timeout)).toBeGreaterThan(4000);
    expect(Number(answer.body.timeout)).toBeLessThanOrEqual(5000);
  });

  it('counts what it asked for again', async () => {
    const { text } = await request(gateway.url).get('/metrics').expect(200);
    expect(text).toMatch(/^upstream_retries_total\{service="gesture",reason="reset"\} 2$/m);
  });

  it('says which service is gone, and when to come back', async () => {
    const answer = await request(gateway.url).post('/digit/predict').send({});
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('upstream-unavailable');
    expect(answer.headers['retry-after']).toBe('1');
    const health = await request(gateway.url).get('/health');
    expect(health.body.services.digit.status).toBe('unreachable');
  });
});

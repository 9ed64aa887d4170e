import { spawnService, type SpawnedService } from '@facet/testkit';
import { connect } from 'node:net';
import request from 'supertest';

/** Sends bytes as they are and gives back all that came until the connection closed. */
function raw(url: string, bytes: string, afterMs = 0): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => setTimeout(() => socket.write(bytes), afterMs));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.once('error', () => resolve(answer));
    socket.once('close', () => resolve(answer));
  });
}

describe('clients that are slow, or do not speak HTTP', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('gesture', { HEADERS_TIMEOUT: '500ms', BODY_TIMEOUT: '1s', KEEP_ALIVE: '6s' });
  });
  afterAll(() => service.stop());

  it.each([
    ['nonsense', 'hello there\r\n\r\n', '400', 'malformed-request'],
    ['two lengths', 'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', '400', 'malformed-request'],
    [
      'length and chunks at once',
      'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
      'malformed-request',
    ],
    ['headers that never end', 'GET / HTTP/1.1\r\nhost: x\r\n', '408', 'request-timeout'],
    ['a body that never comes', 'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{', '408', 'request-timeout'],
    ['endless headers', `GET / HTTP/1.1\r\nhost: x\r\n${'a: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n'.repeat(1000)}`, '431', 'headers-too-large'],
  ])('%s: answered and closed', async (_what, bytes, status, code) => {
    const answer = await raw(service.url, bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`"code":"${code}"`);
    await request(service.url).get('/health/live').expect(200);
  });

  it('answers the first request of a connection that was opened ahead of it, and bounds that as any other', async () => {
    const live = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n';
    const [answered, unfinished] = await Promise.all([raw(service.url, `${live}connection: close\r\n\r\n`, 2500), raw(service.url, live, 2500)]);
    expect(answered).toContain('HTTP/1.1 200 ');
    expect(unfinished).toContain('HTTP/1.1 408 ');
  });

  it('closes a connection over which nothing ever comes', async () => {
    expect(await raw(service.url, '')).toBe('');
  });

  it('hides its insides: no framework, no stack, no path', async () => {
    const answer = await request(service.url).post('/predict').set('content-type', 'application/json').send('{');
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts\b|\n +at /);
  });
});

import { detectionContract, type DetectionStreamMessage } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const photo = readFileSync(join(__dirname, '../../../examples/photo.jpg'));
const schema = detectionContract.stream.answers[101].content['application/json'].schema;

async function connect(url: string): Promise<{ socket: WebSocket; messages: DetectionStreamMessage[]; closed: Promise<number> }> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  const messages: DetectionStreamMessage[] = [];
  socket.on('message', (data) => messages.push(schema.parse(JSON.parse((data as Buffer).toString('utf8')))));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return { socket, messages, closed };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2500 && !holds(); tries += 1) await sleep(10);
  expect(holds()).toBe(true);
}

describe('/detection/stream', () => {
  let detection: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    detection = await spawnService('detection', { ACCESS_LOG: 'false' });
    gateway = await spawnService('gateway', { ACCESS_LOG: 'false', DETECTION_URL: detection.url });
  });
  afterAll(async () => {
    await gateway.stop();
    await detection.stop();
  });

  it.each(['gateway', 'service'])('finds what pictures show, the newest first, with the options of the query (%s)', async (endpoint) => {
    const url = endpoint === 'gateway' ? `${gateway.url}/detection/stream` : `${detection.url}/stream`;
    const { socket, messages, closed } = await connect(`${url}?version=v1&conf_threshold=0.6`);
    for (let frame = 0; frame < 6; frame += 1) socket.send(photo);
    await until(() => messages.some((message) => message.type === 'answer' && message.frame === 5));
    socket.close();
    expect(await closed).toBe(1005);
    const [hello, ...answers] = messages;
    expect(hello).toMatchObject({ type: 'hello', version: 'v1' });
    const seen = answers.filter((message) => message.type === 'answer');
    expect(seen.length).toBeLessThan(6);
    expect(seen.length + seen.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(6);
    for (const { detections, stages, image_shape } of seen) {
      expect(image_shape).toEqual([427, 640, 3]);
      expect(detections.map(({ class_name }) => class_name).sort()).toEqual(['cup', 'dining table']);
      expect(stages).toMatchObject({ decode: expect.any(Number) as number, infer: expect.any(Number) as number });
    }
  });

  it('names what is no image, and goes on', async () => {
    const { socket, messages, closed } = await connect(`${gateway.url}/detection/stream?version=v1`);
    socket.send(Buffer.from('no picture'));
    await until(() => messages.length === 2);
    expect(messages[1]).toMatchObject({ type: 'problem', frame: 0, problem: { code: 'unsupported-image' } });
    socket.send(photo);
    await until(() => messages.length === 3);
    expect(messages[2]).toMatchObject({ type: 'answer', frame: 1 });
    socket.send('text');
    expect(await closed).toBe(1003);
  });

  it('refuses options that it cannot use, as a request would be', async () => {
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}/detection/stream?conf_threshold=7`);
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode);
      });
      socket.once('error', resolve);
    });
    expect(status).toBe(422);
  });
});

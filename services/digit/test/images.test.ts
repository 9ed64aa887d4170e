import type { DigitAnswer } from '@facet/contracts';
import { sharedData, spawnService, type SpawnedService } from '@facet/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const example = join(__dirname, '../../../examples/digit.png');

describe('images as people send them', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('digit', { ACCESS_LOG: 'false' });
  });
  afterAll(async () => {
    await service.stop();
  });

  async function predict(body: Uint8Array<ArrayBuffer> | FormData, headers: Record<string, string>): Promise<DigitAnswer> {
    return (await fetch(`${service.url}/v2/predict`, { method: 'POST', headers, body })).json() as Promise<DigitAnswer>;
  }

  it.each(['image/jpg', 'image/*', 'image/x-png', undefined])('of the media type %s', async (type) => {
    const picture = new Uint8Array(await readFile(example));
    expect(await predict(picture, type === undefined ? {} : { 'content-type': type })).toMatchObject({ predicted_digit: 7, rejected: false });
  });

  it('in a part of a form without a file name', async () => {
    const head = '--xYz\r\ncontent-disposition: form-data; name="file"\r\n\r\n';
    const body = Buffer.concat([Buffer.from(head), await readFile(example), Buffer.from('\r\n--xYz--\r\n')]);
    expect(await predict(new Uint8Array(body), { 'content-type': 'multipart/form-data; boundary=xYz' })).toMatchObject({ predicted_digit: 7 });
  });

  const cases = sharedData('cases/images');
  (cases === undefined ? it.skip : it).each([
    'orientation-6-after-idat.png',
    'orientation-6-before-idat.png',
    'png-without-iend-280.png',
    'png-without-iend-400.png',
    'digit-8-bit.bmp',
  ])('%s is a 7', async (file) => {
    const picture = new Uint8Array(await readFile(join(cases!, file)));
    expect(await predict(picture, { 'content-type': 'application/octet-stream' })).toMatchObject({ predicted_digit: 7 });
  });
});

import type { DigitAnswer } from '@facet/contracts';
import { inParallel, readTestDigits, sharedData, spawnService, type SpawnedService } from '@facet/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { blank, inBox, onTable, randomFrom, ruled, small, tightCrop } from './scenes.ts';

type Scene = typeof tightCrop;

const perKind = 15;

describe('images of digits as people send them', () => {
  const { images, labels } = readTestDigits();
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('digit', { ACCESS_LOG: 'false' });
  });
  afterAll(async () => {
    await service.stop();
  });

  /** The digit that is read; `blank` where the picture is refused as that. */
  async function read(version: string, picture: Buffer, type: string): Promise<string> {
    const headers = { 'content-type': type };
    const reply = await fetch(`${service.url}/${version}/predict`, { method: 'POST', headers, body: new Uint8Array(picture) });
    const body = (await reply.json()) as DigitAnswer & { readonly code: string };
    return reply.status === 200 ? String(body.predicted_digit) : body.code;
  }

  /** The part that is read right of pictures of a kind, the same ones each time. */
  async function partRight(draw: Scene, right: (digit: number) => string): Promise<number> {
    const answers = await inParallel(Array.from({ length: perKind }), 2, async (_, number) => {
      const random = randomFrom(1 + number);
      const at = Math.floor(random() * images.length);
      const { data, width, height } = draw(images[at]!, random);
      const picture = await sharp(data, { raw: { width, height, channels: 1 } })
        .jpeg({ quality: 88 })
        .toBuffer();
      return (await read('v2', picture, 'image/jpeg')) === right(labels[at]!);
    });
    return answers.filter(Boolean).length / perKind;
  }

  it.each<[string, Scene, number]>([
    ['cut at the ink, in either polarity', tightCrop, 0.93],
    ['on a sheet on a dark table', onTable(10, 100), 0.93],
    ['on a sheet on a table', onTable(90, 170), 0.93],
    ['on a sheet on a light table', onTable(160, 210), 0.93],
    ['of 4 % of a large sheet', small(0.04, 3), 0.93],
    ['of 2 % of a large sheet', small(0.02, 3), 0.9],
    ['on ruled paper', ruled(false), 0.93],
    ['on squared paper', ruled(true), 0.9],
    ['in a box of a form', inBox, 0.93],
  ])('are read %s', async (_name, draw, least) => {
    expect(await partRight(draw, String)).toBeGreaterThanOrEqual(least);
  });

  it.each<[string, Scene, number]>([
    ['in uneven light', blank, 0.9],
    ['of ruled paper', ruled(false, true), 0.9],
    ['of squared paper', ruled(true, true), 0.65],
  ])('blank sheets %s are refused', async (_name, draw, least) => {
    expect(await partRight(draw, () => 'blank-image')).toBeGreaterThanOrEqual(least);
  });

  const cases = sharedData('cases/digit');
  (cases === undefined ? it.skip : it).each([
    ['tight-crop-of-0.png', '0'],
    ['tight-crop-of-1.png', '1'],
    ['tight-crop-of-6-read-wrong.png', '6'],
    ['tight-crop-of-8.png', '8'],
    ['tight-crop-of-8-with-20pct-border.png', '8'],
    ['sheet-with-1-on-dark-table.jpg', '1'],
    ['sheet-with-3-on-dark-table.jpg', '3'],
    ['sheet-with-3-on-light-table.jpg', '3'],
    ['small-3-36px-on-900x700.png', '3'],
    ['small-1-on-lined-paper.jpg', '1'],
    ['blank-sheet-lamp-from-one-side.jpg', 'blank-image'],
    ['blank-sheet-vignette-20pct.jpg', 'blank-image'],
    ['blank-lined-sheet.jpg', 'blank-image'],
  ])('%s is %s', async (file, right) => {
    const picture = await readFile(join(cases!, file));
    const answers = await Promise.all(['v1', 'v2'].map((version) => read(version, picture, file.endsWith('png') ? 'image/png' : 'image/jpeg')));
    expect(answers).toEqual([right, right]);
  });
});

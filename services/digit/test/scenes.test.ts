import type { DigitAnswer, DigitsRead } from '@facet/contracts';
import { inParallel, readTestDigits, sharedData, spawnService, type SpawnedService } from '@facet/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { blank, inBox, onTable, randomFrom, rowOf, ruled, small, tightCrop } from './scenes.ts';

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

  /** Rows of 2 to 6 digits, each time the same, as JPEG. */
  async function drawRows(count: number): Promise<{ picture: Buffer; text: string }[]> {
    return inParallel(Array.from({ length: count }), 2, async (_, number) => {
      const random = randomFrom(500 + number);
      const chosen = Array.from({ length: 2 + (number % 5) }, () => Math.floor(random() * images.length));
      const { data, width, height } = rowOf(
        chosen.map((at) => images[at]!),
        random,
      );
      const picture = await sharp(data, { raw: { width, height, channels: 1 } })
        .jpeg({ quality: 88 })
        .toBuffer();
      return { picture, text: chosen.map((at) => labels[at]!).join('') };
    });
  }

  async function post(path: string, picture: Buffer): Promise<unknown> {
    const reply = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', 'x-model-version': 'v2' },
      body: new Uint8Array(picture),
    });
    return reply.json();
  }

  it('of several digits are read as a string, and predict says that there are several', async () => {
    const rows = await drawRows(60);
    const texts = await inParallel(rows, 2, async ({ picture }) => ((await post('/read', picture)) as DigitsRead).text);
    expect(texts.filter((text, index) => text === rows[index]!.text).length / rows.length).toBeGreaterThanOrEqual(0.93);
    const answers = await inParallel(rows, 2, async ({ picture }) => (await post('/v2/predict', picture)) as DigitAnswer);
    expect(answers.filter(({ reject_reason }) => reject_reason === 'several-digits').length / rows.length).toBeGreaterThanOrEqual(0.95);
  });

  it('of two lines are read line by line, each digit with its box', async () => {
    const ink = await Promise.all(
      images.slice(0, 4).map((data) =>
        sharp(
          Uint8Array.from(data, (value) => 255 - value),
          { raw: { width: 28, height: 28, channels: 1 } },
        )
          .resize(84, 84)
          .png()
          .toBuffer(),
      ),
    );
    const sheet = sharp({ create: { width: 2000, height: 1500, channels: 3, background: 'white' } });
    const composed = sheet.composite(ink.map((input, index) => ({ input, left: 400 + 100 * (index % 2), top: 300 + 160 * Math.floor(index / 2) })));
    const sheetRead = (await post('/read', await composed.jpeg().toBuffer())) as DigitsRead & { version: string };
    const expected = labels.slice(0, 4).join('');
    expect(sheetRead).toMatchObject({ version: expect.stringMatching(/^v\d$/), lines: [expected.slice(0, 2), expected.slice(2)] });
    expect(sheetRead.text).toBe(sheetRead.lines.join('\n'));
    expect(sheetRead.digits).toHaveLength(4);
    for (const [index, { bbox, probabilities, rejected }] of sheetRead.digits.entries()) {
      const [left, top] = [400 + 100 * (index % 2), 300 + 160 * Math.floor(index / 2)];
      expect(bbox[0] >= left - 4 && bbox[2] <= left + 88 && bbox[1] >= top - 4 && bbox[3] <= top + 88).toBe(true);
      expect(Object.keys(probabilities)).toHaveLength(10);
      expect(rejected).toBe(false);
    }
  });

  it('of one digit are read as it, and those of none are refused', async () => {
    const random = randomFrom(7);
    const { data, width, height } = onTable(10, 100)(images[3]!, random);
    const picture = await sharp(data, { raw: { width, height, channels: 1 } })
      .jpeg()
      .toBuffer();
    expect(((await post('/read', picture)) as DigitsRead).text).toBe(String(labels[3]));
    const empty = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'white' } })
      .jpeg()
      .toBuffer();
    expect(await post('/read', empty)).toMatchObject({ code: 'blank-image' });
  });

  it('of one digit are not taken for several', async () => {
    const draws = [onTable(10, 100), onTable(90, 170), small(0.04, 3), ruled(false), inBox, tightCrop];
    const answers = await inParallel(Array.from({ length: 120 }), 2, async (_, number) => {
      const random = randomFrom(900 + number);
      const { data, width, height } = draws[number % draws.length]!(images[Math.floor(random() * images.length)]!, random);
      const picture = await sharp(data, { raw: { width, height, channels: 1 } })
        .jpeg({ quality: 88 })
        .toBuffer();
      return (await post('/v2/predict', picture)) as DigitAnswer;
    });
    expect(answers.filter(({ rejected }) => rejected).length / answers.length).toBeLessThanOrEqual(0.03);
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

  (cases === undefined ? it.skip : it)('two-digits-42.jpg is several digits, and read as 42', async () => {
    const picture = await readFile(join(cases!, 'two-digits-42.jpg'));
    expect(await post('/v2/predict', picture)).toMatchObject({
      rejected: true,
      reject_reason: 'several-digits',
      warnings: [expect.stringContaining('/digit/read')],
    });
    expect(await post('/read', picture)).toMatchObject({ text: '42', lines: ['42'] });
  });
});

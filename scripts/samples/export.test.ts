import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { LabelBook, type SampleRecord } from '../../packages/capture/src/index.ts';
import { openStore } from '../../packages/object-store/src/index.ts';
import { exportSamples } from './export.ts';

const examples = join(__dirname, '../../examples');
const at = '2026-01-02T03:04:05.000Z';

function recordOf(task: string, truth: object, rest: Partial<SampleRecord>): SampleRecord {
  return { request_id: 'x', task, version: 'v1', reason: 'feedback', at, answer: {}, truth, labelled: { verdict: 'feedback', at }, ...rest };
}

describe('samples export', () => {
  let folder: string;
  const notes: string[] = [];
  const lines: string[] = [];
  const run = (task: string, ...more: string[]) =>
    exportSamples.run(['--task', task, '--to', join(folder, task), '--from', join(folder, 'store'), ...more], {
      env: {},
      print: (line) => lines.push(line),
      note: (line) => notes.push(line),
    });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'export-'));
    const store = await openStore(join(folder, 'store'));
    const add = (task: string, name: string, record: SampleRecord, picture?: Buffer) =>
      new LabelBook(task, store).add(`v1.2026-01-02.${name}`, record, picture);
    const [digit, photo] = [await readFile(join(examples, 'digit.png')), await readFile(join(examples, 'photo.jpg'))];
    const hand = JSON.parse(await readFile(join(examples, 'hand.json'), 'utf8')) as object;
    await add('digit', 'a', recordOf('digit', { label: '7' }, { file: 'a.png' }), digit);
    await add('digit', 'b', recordOf('digit', { label: '1' }, { file: 'b.png' }), Buffer.from('no picture'));
    await add('gesture', 'a', recordOf('gesture', { label: 'dislike' }, { input: hand }));
    await add('gesture', 'b', recordOf('gesture', { label: '=cmd()' }, { input: hand }));
    const boxes = [
      { class_name: 'cup', bbox: [10, 20.5, 110, 220] },
      { class_name: 'cup, "best"', bbox: [0, 0, 1, 1] },
    ];
    await add('detection', 'a', recordOf('detection', { boxes: boxes.slice(0, 1) }, { file: 'a.jpg' }), photo);
    await add('detection', 'b', recordOf('detection', { wrong: true }, { file: 'b.jpg' }), photo);
    await add('other', 'a', recordOf('other', { boxes }, { file: 'a.jpg' }), photo);
    await add('other', 'b', recordOf('other', { boxes: [] }, { file: 'b.jpg' }), photo);
    await add('other', 'c', recordOf('other', { boxes: [{ ...boxes[0], class_name: '=cmd()' }] }, { file: 'c.jpg' }), photo);
    await add('flowers', 'a', recordOf('flowers', { label: 'rose, "Rosa"' }, { file: 'a.jpg' }), photo);
    await add('flowers', 'b', recordOf('flowers', { labels: ['rose', 'sky'] }, { file: 'b.png' }), digit);
    await add('flowers', 'c', recordOf('flowers', { labels: [] }, { file: 'c.png' }), digit);
    await add('flowers', 'd', recordOf('flowers', { label: '=cmd()' }, { file: 'd.png' }), digit);
    await add('flowers', 'e', recordOf('flowers', { wrong: true }, { file: 'e.png' }), digit);
    await store.close();
    for (const [task, kind] of Object.entries({ other: 'detection', flowers: 'classification' })) {
      await mkdir(join(folder, 'models', task), { recursive: true });
      await writeFile(join(folder, 'models', task, 'task.json'), JSON.stringify({ task, kind }));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes digits as MNIST has them, framed as the service frames them', async () => {
    expect(await run('digit')).toBe(0);
    const images = await readFile(join(folder, 'digit/images-idx3-ubyte'));
    expect(images.subarray(0, 16).toString('hex')).toBe('00000803000000010000001c0000001c');
    expect(images).toHaveLength(16 + 28 * 28);
    const rows = Array.from({ length: 28 }, (_, row) => Math.max(...images.subarray(16 + 28 * row, 44 + 28 * row)));
    expect(rows.flatMap((value, row) => (value > 25 ? [row] : [])).length).toBeGreaterThanOrEqual(19);
    expect((await readFile(join(folder, 'digit/labels-idx1-ubyte'))).toString('hex')).toBe('000008010000000107');
    expect(notes.at(-1)).toMatch(/^v1\.2026-01-02\.b is passed over/);
    expect(lines.at(-1)).toMatch(/^1 labelled samples of digit .*; 1 could not be used\.$/);
  });

  it('writes hands as a table, and no name that is not one', async () => {
    expect(await run('gesture')).toBe(0);
    const [head, row, ...rest] = (await readFile(join(folder, 'gesture/hands.csv'), 'utf8')).trim().split('\n');
    expect(head!.split(',')).toHaveLength(43);
    expect(row).toMatch(/^dislike,0\.000000,0\.000000,/);
    expect(rest).toEqual([]);
  });

  it("writes images in YOLO's layout", async () => {
    expect(await run('detection')).toBe(0);
    expect(await readdir(join(folder, 'detection/images/train'))).toEqual(['v1.2026-01-02.a.jpg']);
    const [number, ...shares] = (await readFile(join(folder, 'detection/labels/train/v1.2026-01-02.a.txt'), 'utf8')).trim().split(' ');
    expect(number).toBe('0');
    expect(shares).toHaveLength(4);
    for (const share of shares.map(Number)) expect(share > 0 && share < 1).toBe(true);
    expect(await readFile(join(folder, 'detection/data.yaml'), 'utf8')).toContain('names: ["cup"]');
  });

  it('writes boxes of a task with a name of its own as a table, and no formula', async () => {
    expect(await run('other', '--format', 'csv', '--models-dir', join(folder, 'models'))).toBe(0);
    const { width, height } = await sharp(await readFile(join(examples, 'photo.jpg'))).metadata();
    expect((await readFile(join(folder, 'other/boxes.csv'), 'utf8')).split('\n')).toEqual([
      'filename,width,height,class,xmin,ymin,xmax,ymax',
      `v1.2026-01-02.a.jpg,${width},${height},cup,10,20.5,110,220`,
      `v1.2026-01-02.a.jpg,${width},${height},"cup, ""best""",0,0,1,1`,
      `v1.2026-01-02.b.jpg,${width},${height},,,,,`,
      '',
    ]);
    expect((await readdir(join(folder, 'other/images'))).toSorted()).toEqual(['v1.2026-01-02.a.jpg', 'v1.2026-01-02.b.jpg']);
    expect(notes.at(-1)).toMatch(/^v1\.2026-01-02\.c is passed over: .*expected the name of a class, not '=cmd\(\)'$/);
  });

  it('writes images of classes with a table beside them, and no name that is a formula', async () => {
    expect(await run('flowers', '--models-dir', join(folder, 'models'))).toBe(0);
    const table = (await readFile(join(folder, 'flowers/labels.csv'), 'utf8')).trim().split('\n');
    const file = (name: string) => `images/v1.2026-01-02.${name}.jpg`;
    expect(table).toEqual(['file,label', `${file('a')},"rose, ""Rosa"""`, `${file('b')},rose`, `${file('b')},sky`, `${file('c')},`]);
    expect((await readdir(join(folder, 'flowers/images'))).toSorted()).toEqual(['a', 'b', 'c'].map((name) => file(name).slice(7)));
    expect(table.every((line) => !line.includes('=cmd'))).toBe(true);
  });

  it('says what is missing', async () => {
    await expect(exportSamples.run(['--task', 'digit'], { env: {}, print: () => undefined, note: () => undefined })).rejects.toThrow('--to FOLDER');
    const nothing = ['--task', 'digit', '--to', join(folder, 'none'), '--from', join(folder, 'nowhere')];
    await expect(exportSamples.run(nothing, { env: {}, print: () => undefined, note: () => undefined })).rejects.toThrow('There is no labelled sample');
  });
});

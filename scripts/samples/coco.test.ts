import { cpSync, mkdirSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectLinearTime } from '@facet/testkit';
import sharp from 'sharp';
import { LabelBook, sampleKeys, type SampleRecord } from '../../packages/capture/src/index.ts';
import { openStore } from '../../packages/object-store/src/index.ts';
import type { Command } from '../models/command.ts';
import { exportSamples } from './export.ts';
import { importSamples } from './import.ts';
import { readCoco } from './read-coco.ts';

const root = join(__dirname, '../..');
const task = 'blood-cells';
const at = '2026-01-02T03:04:05.000Z';
const id = (name: string): string => `v1.2026-01-02.${name}`;

interface Coco {
  info: { date_created: string };
  images: { id: number; file_name: string; width?: number; height?: number }[];
  annotations: { id: number; image_id: number; category_id: number; bbox: number[]; area?: number; iscrowd?: number; segmentation?: unknown }[];
  categories: { id: number; name: string }[];
}

describe('annotations of COCO', () => {
  let original: string;
  let folder: string;
  let said: string[];

  const run = async (command: Command, ...args: string[]): Promise<number> => {
    said = [];
    const say = (line: string): void => void said.push(line);
    return command.run(['--task', task, '--models-dir', join(folder, 'models'), ...args], { env: {}, print: say, note: say });
  };
  const place = () => join(folder, 'store');
  const exported = () => join(folder, 'exported');
  const file = () => join(exported(), 'instances.json');
  const exportAll = async (...more: string[]): Promise<Coco> => {
    await run(exportSamples, '--to', exported(), '--from', place(), '--format', 'coco', ...more);
    return JSON.parse(await readFile(file(), 'utf8')) as Coco;
  };
  /** Imports what an annotation tool made of an export. */
  const importAll = async (coco: unknown, ...more: string[]): Promise<number> => {
    await writeFile(file(), JSON.stringify(coco));
    return run(importSamples, '--from', file(), '--to', place(), ...more);
  };
  const refusal = (coco: unknown, ...more: string[]): Promise<string> =>
    importAll(coco, ...more).then(
      () => 'it was imported',
      (error: Error) => error.message,
    );
  const everything = async (): Promise<Record<string, string>> => {
    const entries = await readdir(place(), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(await Promise.all(files.toSorted().map(async (path) => [path, await readFile(path, 'base64')] as const)));
  };
  const find = async (name: string): Promise<{ state: string; record: SampleRecord }> => new LabelBook(task, await openStore(place())).find(id(name));
  const imageOf = (coco: Coco, name: string) => coco.images.find(({ file_name }) => file_name === `${id(name).replaceAll(':', '~')}.jpg`)!;

  beforeAll(async () => {
    original = await mkdtemp(join(tmpdir(), 'coco-'));
    const models = join(original, 'models', task);
    mkdirSync(join(models, 'v1'), { recursive: true });
    cpSync(join(root, 'examples/blood-cells/detection/v1/manifest.json'), join(models, 'v1/manifest.json'));
    await writeFile(join(models, 'task.json'), JSON.stringify({ task, kind: 'detection' }));
    const store = await openStore(join(original, 'store'));
    const picture = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    // Lies on its side in the file.
    const turned = await sharp(picture).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const guess = [{ class_id: 0, class_name: 'RBC', confidence: 0.5, bbox: [10.1, 20.2, 110.4, 80.7] }];
    const record = (name: string, rest: Partial<SampleRecord>): SampleRecord => ({
      request_id: name,
      task,
      version: 'v1',
      reason: 'uncertain',
      at,
      file: `${name.replaceAll(':', '')}.jpg`,
      answer: { detections: guess, image_shape: [100, 200, 3] },
      ...rest,
    });
    const labelled = (truth: object) => ({ truth, labelled: { verdict: 'correct', at, by: 'ann' } }) as const;
    const book = new LabelBook(task, store);
    const boxes = [
      { class_name: 'RBC', bbox: [10.1, 20.2, 110.4, 80.7] },
      { class_name: 'RBC', bbox: [10.1, 20.2, 110.4, 80.7] },
      { class_name: 'WBC', bbox: [0, 0, 200, 100] },
    ];
    await book.add(id('some'), record('some', labelled({ boxes })), picture);
    await book.add(id('none'), record('none', labelled({ boxes: [] })), picture);
    await book.add(id('wrong'), record('wrong', labelled({ wrong: true })), picture);
    await book.add(id('a:turned.one'), record('a:turned.one', labelled({ boxes: [{ class_name: 'Platelets', bbox: [5, 150, 95.5, 199.9] }] })), turned);
    const { waiting } = sampleKeys(task, id('waits'));
    await store.put(`${waiting}.json`, Buffer.from(JSON.stringify(record('waits', {}))));
    await store.put(`${waiting}.jpg`, picture);
    await store.close();
  });
  afterAll(() => rm(original, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coco-'));
    await cp(original, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are written with images as a person sees them, and all classes of the models', async () => {
    const coco = await exportAll();
    expect(said).toEqual([
      expect.stringMatching(/wrong is passed over: .*its boxes are wrong, and the right ones are not drawn yet$/),
      `3 labelled samples of ${task} are in ${exported()}; 1 could not be used.`,
    ]);
    expect(coco.categories).toEqual([
      { id: 1, name: 'RBC' },
      { id: 2, name: 'WBC' },
      { id: 3, name: 'Platelets' },
    ]);
    expect(coco.images.map(({ file_name, width, height }) => [file_name, width, height])).toEqual([
      [`${id('a~turned.one')}.jpg`, 100, 200],
      [`${id('none')}.jpg`, 200, 100],
      [`${id('some')}.jpg`, 200, 100],
    ]);
    for (const { file_name, width, height } of coco.images)
      expect(await sharp(await readFile(join(exported(), 'images', file_name))).metadata()).toMatchObject({ width, height, format: 'jpeg' });
    expect(coco.annotations).toHaveLength(4);
    expect(coco.annotations[1]).toEqual({ id: 2, image_id: 3, category_id: 1, bbox: [10.1, 20.2, 100.3, 60.5], area: 6068.15, iscrowd: 0 });
  });

  it('change nothing when they come back as they went', async () => {
    const before = await everything();
    const coco = await exportAll();
    const shuffled = { ...coco, images: coco.images.toReversed(), annotations: coco.annotations.toReversed() };
    for (const each of [coco, shuffled]) {
      expect(await importAll(each, '--images', join(exported(), 'images'))).toBe(0);
      expect(said).toEqual([`Imported labels of ${task}: 0 new, 0 changed, 3 unchanged.`]);
    }
    expect(await everything()).toEqual(before);
  });

  it('become the labels of the samples that they name, and of no others', async () => {
    const coco = await exportAll();
    const some = imageOf(coco, 'some').id;
    coco.annotations = coco.annotations.filter(({ image_id, category_id }) => image_id !== some || category_id === 1);
    coco.annotations.find(({ image_id }) => image_id === some)!.bbox = [20, 30, 40, 50];
    coco.annotations.push({
      id: 99,
      image_id: imageOf(coco, 'none').id,
      category_id: 2,
      bbox: [150, 50, 50.004, 50],
      segmentation: [[150, 50, 200, 50, 200, 100]],
    });
    coco.images = coco.images.filter(({ id: one }) => one !== imageOf(coco, 'a:turned.one').id);
    coco.annotations = coco.annotations.filter(({ image_id }) => image_id !== 1);
    // As tools write it: with a folder before the name, and without sizes.
    for (const image of coco.images) Object.assign(image, { file_name: `images/train/${image.file_name}`, width: undefined, height: undefined });
    const others = await Promise.all(['a:turned.one', 'wrong', 'waits'].map(find));

    expect(await importAll(coco, '--dry-run')).toBe(0);
    expect(said.at(-2)).toBe(`Would import labels of ${task}: 0 new, 2 changed, 0 unchanged.`);
    expect((await find('some')).record.truth).toMatchObject({ boxes: { length: 3 } });

    expect(await importAll(coco)).toBe(0);
    expect(said).toEqual([
      `${id('none')}: 0 boxes before, 1 now`,
      `${id('some')}: 3 boxes before, 2 now`,
      `Imported labels of ${task}: 0 new, 2 changed, 0 unchanged.`,
      'Annotations with a polygon or a mask: 1; only their boxes are labels.',
    ]);
    const { state, record } = await find('some');
    expect(state).toBe('labelled');
    expect(record).toMatchObject({
      truth: {
        boxes: [
          { class_name: 'RBC', bbox: [20, 30, 60, 80] },
          { class_name: 'RBC', bbox: [10.1, 20.2, 110.4, 80.7] },
        ],
      },
      labelled: { verdict: 'correct' },
    });
    expect(record.answer).toEqual(others[2]!.record.answer);
    expect((await find('none')).record.truth).toEqual({ boxes: [{ class_name: 'WBC', bbox: [150, 50, 200, 100] }] });
    expect(await Promise.all(['a:turned.one', 'wrong', 'waits'].map(find))).toEqual(others);
    const again = await exportAll();
    expect(again.annotations.map(({ bbox }) => bbox)).toEqual(
      expect.arrayContaining([
        [20, 30, 40, 50],
        [150, 50, 50, 50],
      ]),
    );
  });

  it('can be made of samples that have no boxes yet: accepted where the guess stays, corrected where it does not', async () => {
    const coco = await exportAll('--unlabelled');
    expect(coco.images.map(({ file_name }) => file_name)).toEqual(['waits', 'wrong'].map((name) => `${id(name)}.jpg`));
    // Somebody said that the boxes of one are wrong: a file that repeats them does not make them right.
    expect(await importAll(coco, '--dry-run')).toBe(0);
    expect(said.at(-1)).toBe(`Would import labels of ${task}: 1 new, 0 changed, 1 unchanged.`);
    coco.annotations[1]!.bbox = [1, 2, 3, 4];
    expect(await importAll(coco)).toBe(0);
    expect(said).toEqual([
      `${id('waits')}: the guess is right, 1 box`,
      `${id('wrong')}: no boxes before, 1 now`,
      `Imported labels of ${task}: 1 new, 1 changed, 0 unchanged.`,
    ]);
    expect(await find('waits')).toMatchObject({
      state: 'labelled',
      record: { labelled: { verdict: 'accept' }, truth: { boxes: [{ class_name: 'RBC', bbox: [10.1, 20.2, 110.4, 80.7] }] } },
    });
    expect((await find('wrong')).record).toMatchObject({ labelled: { verdict: 'correct' }, truth: { boxes: [{ bbox: [1, 2, 4, 6] }] } });
    await expect(exportAll('--unlabelled')).rejects.toThrow('There is no unlabelled sample');
  });

  it('are refused as a whole, with each fault named, and change nothing', async () => {
    const coco = await exportAll();
    const before = await everything();
    const some = imageOf(coco, 'some');
    const name = some.file_name;
    const add = (annotation: object) => ({
      ...coco,
      annotations: [...coco.annotations, { id: 99, image_id: some.id, category_id: 1, bbox: [1, 1, 5, 5], ...annotation }],
    });
    const rename = (file_name: string) => ({ ...coco, images: coco.images.map((image) => (image === some ? { ...image, file_name } : image)) });
    const cases: readonly (readonly [object, string])[] = [
      [rename(`${id('unknown')}.jpg`), `${id('unknown')}.jpg: there is no sample '${id('unknown')}'.`],
      [rename('IMG_0001.jpg'), 'IMG_0001.jpg: the name is not that of an exported sample.'],
      [rename(`${id('none')}.jpg`), `${id('none')}.jpg: it stands there twice.`],
      [add({ image_id: 77 }), 'annotations.4 (id 99): image_id 77 is the id of no image.'],
      [add({ category_id: 9 }), 'annotations.4 (id 99): category_id 9 is the id of no category.'],
      [add({ iscrowd: 1 }), 'annotations.4 (id 99): iscrowd: a crowd is not one object; draw a box for each, or delete it.'],
      [add({ bbox: [190, 10, 20, 20] }), `${name}: the box 190, 10, 20, 20 (x, y, width, height) is not within the image, 200 by 100 pixels.`],
      [add({ bbox: [-3, 10, 20, 20] }), `${name}: the box -3, 10, 20, 20 (x, y, width, height) is not within the image, 200 by 100 pixels.`],
      [add({ bbox: [10, 10, 0, 20] }), `${name}: the box 10, 10, 0, 20 (x, y, width, height) is empty.`],
      [add({ bbox: [10, 10, 20] }), 'annotations.4.bbox: expected [x, y, width, height] in pixels.'],
      [add({ bbox: ['a', 10, 20, 20] }), 'annotations.4.bbox.0: expected a finite number.'],
      [
        { ...add({ category_id: 4 }), categories: [...coco.categories, { id: 4, name: 'RBCs' }] },
        `${name}: 'RBCs' is no class of the models; expected RBC, WBC, Platelets.`,
      ],
      [
        { ...coco, images: coco.images.map((image) => (image === some ? { ...image, width: 640, height: 640 } : image)) },
        `${name}: the file has 640 by 640 pixels, the sample 200 by 100: boxes of a resized image do not fit.`,
      ],
      [{ ...coco, categories: [...coco.categories, coco.categories[0]] }, 'categories: an id stands there twice.'],
      [
        { ...coco, annotations: [...coco.annotations, ...Array.from({ length: 301 }, (_, more) => ({ ...coco.annotations[1], id: 100 + more }))] },
        `${name}: it has 304 boxes; an image may have 300.`,
      ],
      [{ images: [] }, 'annotations: Invalid input: expected array, received undefined.'],
      [{ ...coco, images: [], annotations: [] }, `${file()} contains no images.`],
    ];
    for (const [each, fault] of cases) expect(await refusal(each)).toContain(fault);
    await writeFile(file(), '{"images": [');
    await expect(run(importSamples, '--from', file(), '--to', place())).rejects.toThrow('It is not JSON');
    await expect(run(importSamples, '--from', join(folder, 'nothing.json'), '--to', place())).rejects.toThrow('nothing.json cannot be read');
    const many = { ...coco, annotations: Array.from({ length: 30 }, () => ({ ...coco.annotations[0], category_id: 50 })) };
    expect((await refusal(many)).split('\n')).toHaveLength(22);
    expect(await everything()).toEqual(before);
  });

  it('are refused when the images that were annotated are others', async () => {
    const coco = await exportAll();
    const images = join(exported(), 'images');
    const { file_name: name } = imageOf(coco, 'some');
    const small = await sharp(await readFile(join(images, name)))
      .resize(100, 50)
      .toBuffer();
    await writeFile(join(images, name), small);
    for (const image of coco.images) Object.assign(image, { width: undefined, height: undefined });
    expect(await refusal(coco, '--images', images)).toContain(`${name}: the image of --images has 100 by 50 pixels, the sample 200 by 100`);
    await rm(join(images, name));
    expect(await refusal(coco, '--images', images)).toContain(`${name}: the image in ${images} cannot be read: ENOENT`);
  });

  it('do not replace a label that is newer than the file, unless that is wanted', async () => {
    const coco = await exportAll();
    coco.info = { date_created: '2025-12-31T00:00:00.000Z' };
    expect(await importAll(coco)).toBe(0);
    coco.annotations.find(({ image_id }) => image_id === imageOf(coco, 'some').id)!.bbox = [1, 1, 5, 5];
    expect(await refusal(coco)).toContain(`it was labelled at ${at}, after the file was written; --overwrite replaces that label`);
    expect(await importAll(coco, '--overwrite')).toBe(0);
    expect(said.at(-1)).toContain('0 new, 1 changed, 2 unchanged');
  });

  it('are for tasks that find objects, with a model', async () => {
    const digit = ['--task', 'digit', '--from', 'x', '--models-dir', join(root, 'models')];
    const context = { env: {}, print: () => undefined, note: () => undefined };
    await expect(importSamples.run(digit, context)).rejects.toThrow('samples of the kind digit have no boxes');
    await expect(exportSamples.run(['--task', 'digit', '--to', folder, '--format', 'coco'], context)).rejects.toThrow(
      "--format of a task of the kind digit: expected mnist, found 'coco'",
    );
    await rm(join(folder, 'models', task, 'v1'), { recursive: true });
    await expect(run(importSamples, '--from', file(), '--to', place())).rejects.toThrow(`There is no model of ${task}`);
  });

  it('are read in a time that grows as the file does', async () => {
    const image = (index: number) => ({ id: index, file_name: `${index}.jpg` });
    const make = (bytes: number): string => {
      const count = Math.round(bytes / 100);
      const annotations = Array.from({ length: count }, (_, index) => ({ image_id: index, category_id: index % 3, bbox: [1, 2, 3, 4] }));
      return JSON.stringify({ images: Array.from({ length: count }, (_, index) => image(index)), annotations, categories: [{ id: 1, name: 'a' }] });
    };
    await expectLinearTime(make, readCoco);
    await expectLinearTime((bytes) => `{"images":${'['.repeat(bytes)}`, readCoco);
    await expectLinearTime((bytes) => `{"images":[{"id":1,"file_name":"${'a'.repeat(bytes)}"}]}`, readCoco);
  });
});

import type { ListedSample } from '@facet/contracts';
import type { AxeResults } from 'axe-core';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { importModel } from '../../scripts/models/import.ts';
import { tinyClassifier } from '../../scripts/models/import/fixtures/tiny-models.ts';
import { openPage, openStage, takePicture, type Host, type Stage } from './browser.ts';
import { expectSaid, labelling, listSamples, waitForSamples } from './label-samples.ts';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** Tiles of one colour, red for a rose, green for a leaf, blue for the sky: no picture is like another, for such are not kept twice. */
function tiles([red, green, blue]: readonly [number, number, number]): Promise<Buffer> {
  const pixels = Array.from({ length: 9 * 8 }, () => 0.7 + 0.3 * Math.random()).flatMap((light) => [red, green, blue].map((value) => 255 * value * light));
  return sharp(Uint8Array.from(pixels), { raw: { width: 9, height: 8, channels: 3 } })
    .resize(144, 128, { kernel: 'nearest' })
    .jpeg()
    .toBuffer();
}

describe('classes on the label page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'label-classes-'));
  const models = join(folder, 'models');
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;

  async function bring(task: string, model: Uint8Array, ...options: string[]): Promise<void> {
    const [file, names, golden] = ['model.onnx', 'names.txt', 'golden.jpg'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(file, model);
    writeFileSync(names, 'rose\nleaf\nblue_sky\n');
    writeFileSync(golden, await tiles([1, 0, 0]));
    const args = [file, '--task', task, '--kind', 'classification', '--models-dir', models, '--labels', names, '--golden', golden, '--range', '0-1'];
    await importModel.run([...args, ...options], { env: {}, print: () => undefined, note: () => undefined });
  }

  beforeAll(async () => {
    await bring('flowers', tinyClassifier());
    await bring('tags', tinyClassifier({ gain: 8, ends: 'Sigmoid' }), '--multi-label');
    stage = await openStage(['flowers:classification', 'tags:classification'], {
      ...labelling(join(folder, 'samples')),
      MODELS_DIR: models,
      MODEL_VERSIONS: 'v1',
    });
    ({ host, browser } = stage);
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true });
  });

  /** Sends a picture, and opens the page on it. */
  async function open(task: string, ...colour: Parameters<typeof tiles>[0]) {
    const body = new Uint8Array(await tiles(colour));
    await fetch(`${host.url}${task}/predict`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body });
    const list = await waitForSamples(host, task, 1);
    expect(list).toMatchObject({ task, kind: 'classification', samples: [{}] });
    const opened = await openPage(browser, `${host.url}label?task=${task}`);
    await opened.page.waitForSelector('#shown img');
    await opened.page.waitForSelector('#desk[aria-busy=false]');
    return { ...opened, sample: list.samples[0]! };
  }
  const kept = async (task: string, { id }: ListedSample): Promise<ListedSample> =>
    (await listSamples(host, task, 'labelled')).samples.find((sample) => sample.id === id)!;
  async function isSaid(page: Page, says: RegExp): Promise<void> {
    await expectSaid(page, says);
    await page.waitForSelector('#desk[aria-busy=false]');
  }
  const checked = (page: Page): Promise<string[]> =>
    page.locator('#choices [aria-checked=true]').evaluateAll((all) => all.map((button) => (button as HTMLElement).dataset['label']!));

  it('are chosen with one key where a picture shows one', async () => {
    const { page, faults, sample, close } = await open('flowers', 1, 0, 0);
    expect(await page.textContent('#guess')).toBe('rose');
    expect(await page.isVisible('#none')).toBe(false);
    await page.keyboard.press('3');
    await isSaid(page, /Nothing waits/);
    expect((await kept('flowers', sample)).truth).toEqual({ label: 'blue_sky' });
    expect(faults).toEqual([]);
    await close();
  });

  it('are checked and unchecked by keys where a picture may show several, and saved', async () => {
    const { page, faults, sample, close } = await open('tags', 1, 0.9, 0);
    expect(sample.guess).toEqual({ labels: ['rose', 'leaf'] });
    expect(await checked(page)).toEqual(['rose', 'leaf']);
    expect(await page.textContent('#accept-text')).toBe('It is right');
    await page.keyboard.press('3');
    await page.keyboard.press('1');
    expect(await checked(page)).toEqual(['leaf', 'blue_sky']);
    expect(await page.textContent('#accept-text')).toBe('Save labels');
    await takePicture(page, 'label-classes');
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await page.keyboard.press('Enter');
    await isSaid(page, /Nothing waits/);
    expect((await kept('tags', sample)).truth).toEqual({ labels: ['leaf', 'blue_sky'] });
    // What was said is there again when one goes back.
    await page.keyboard.press('Backspace');
    await isSaid(page, /Label it again/);
    expect(await checked(page)).toEqual(['leaf', 'blue_sky']);
    await page.keyboard.press('x');
    await isSaid(page, /Nothing waits/);
    expect((await kept('tags', sample)).truth).toEqual({ labels: [] });
    expect(faults).toEqual([]);
    await close();
  });

  it('are the guess where each change was taken back, with the mouse and Enter', async () => {
    const { page, sample, close } = await open('tags', 0, 1, 0);
    await page.click('[data-label=rose]');
    expect(await checked(page)).toEqual(['rose', 'leaf']);
    // The button has the focus: Space turns it, Enter saves.
    await page.keyboard.press('Space');
    expect(await checked(page)).toEqual(['leaf']);
    await page.keyboard.press('Enter');
    await isSaid(page, /Nothing waits/);
    expect(await kept('tags', sample)).toMatchObject({ truth: { labels: ['leaf'] }, labelled: { verdict: 'accept' } });
    await close();
  });

  it('may be none, and are not lost unasked', async () => {
    const { page, sample, close } = await open('tags', 0.2, 0.2, 0.2);
    expect(await page.textContent('#guess')).toBe('nothing');
    await page.keyboard.press('2');
    await page.keyboard.press('ArrowRight');
    await isSaid(page, /labels are not saved/);
    expect(await checked(page)).toEqual(['leaf']);
    await page.click('#none');
    await isSaid(page, /Nothing waits/);
    expect((await kept('tags', sample)).truth).toEqual({ labels: [] });
    await close();
  });
});

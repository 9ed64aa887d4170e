import type { BoxesTruth, ListedSample } from '@facet/contracts';
import type { AxeResults } from 'axe-core';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { openPage, openStage, root, takePicture, type Host, type Stage } from './browser.ts';
import { expectSaid, labelling, listSamples, waitForSamples } from './label-samples.ts';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
const ownTask = 'blood-cells';
const photo = readFileSync(join(root, 'examples/photo.jpg'));
const cells = readFileSync(join(root, 'examples/blood-cells/detection/v1/golden/input.jpg'));

type Boxes = Extract<BoxesTruth, { boxes: unknown }>['boxes'];
type Corners = readonly [number, number, number, number];

/** A folder of models with a detector under a name of its own beside the usual one. */
function makeModels(folder: string): void {
  cpSync(join(root, 'models/detection/v1'), join(folder, 'detection/v1'), { recursive: true });
  cpSync(join(root, 'examples/blood-cells/detection/v1'), join(folder, ownTask, 'v1'), { recursive: true });
  const manifest = join(folder, ownTask, 'v1', 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ ...(JSON.parse(readFileSync(manifest, 'utf8')) as object), task: ownTask }));
  writeFileSync(join(folder, ownTask, 'task.json'), JSON.stringify({ task: ownTask, kind: 'detection', title: 'Blood cells' }));
}

describe('boxes on the label page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'label-boxes-'));
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;

  beforeAll(async () => {
    const models = join(folder, 'models');
    makeModels(models);
    stage = await openStage(['detection', `${ownTask}:detection`], {
      ...labelling(join(folder, 'samples')),
      MODELS_DIR: models,
      MODEL_VERSIONS: 'v1',
      TASK_BLOOD_CELLS_TITLE: 'Blood cells',
    });
    ({ host, browser } = stage);
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true });
  });

  /** Sends a picture that no other test sends, and opens the page on it. */
  async function open(task: string, picture: Buffer, options: Parameters<typeof openPage>[2] = {}) {
    await fetch(`${host.url}${task}/predict`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: new Uint8Array(picture) });
    const list = await waitForSamples(host, task, 1);
    expect(list).toMatchObject({ task, kind: 'detection', samples: [{}] });
    const sample = list.samples[0]!;
    const opened = await openPage(browser, `${host.url}label?task=${task}`, options);
    await opened.page.waitForSelector('.layer');
    await opened.page.waitForSelector('#desk[aria-busy=false]');
    return { ...opened, sample, guess: (sample.guess as { boxes: Boxes }).boxes };
  }
  const truthOf = async (task: string, { id }: ListedSample): Promise<unknown> =>
    (await listSamples(host, task, 'labelled')).samples.find((sample) => sample.id === id)?.truth;
  const boxesOf = async (task: string, sample: ListedSample): Promise<Boxes> => ((await truthOf(task, sample)) as { boxes: Boxes }).boxes;

  /** Turns pixels of the picture into those of the window. */
  async function onScreen(page: Page): Promise<(x: number, y: number) => [number, number]> {
    await page.locator('.layer').scrollIntoViewIfNeeded();
    const frame = await page.evaluate(() => {
      const { left, top, width, height } = document.querySelector('.layer')!.getBoundingClientRect();
      const { naturalWidth, naturalHeight } = document.querySelector<HTMLImageElement>('#shown img')!;
      return { left, top, scaleX: width / naturalWidth, scaleY: height / naturalHeight };
    });
    return (x, y) => [frame.left + x * frame.scaleX, frame.top + y * frame.scaleY];
  }
  async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const at = await onScreen(page);
    await page.mouse.move(...at(...from));
    await page.mouse.down();
    await page.mouse.move(...at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2));
    await page.mouse.move(...at(...to));
    await page.mouse.up();
  }
  /** Pixels of the screen are whole: a corner can be some pixels of the picture away from where it was meant. */
  const near = (box: Corners, within = 2): Corners => box.map((side) => expect.closeTo(side, -Math.log10(2 * within)) as number) as unknown as Corners;
  const focused = (page: Page) => page.evaluate(() => document.activeElement!.getAttribute('aria-label'));

  it('start from the guess of a task with a name of its own, and accept it', async () => {
    const { page, faults, sample, guess, close } = await open(ownTask, cells);
    expect(await page.locator('#tasks button').allTextContents()).toEqual(['Detection', 'Blood cells']);
    expect(await page.getAttribute(`[data-task=${ownTask}]`, 'aria-pressed')).toBe('true');
    expect(guess.length).toBeGreaterThan(3);
    expect(await page.locator('.layer .box').count()).toBe(guess.length);
    expect(await page.locator('#box-list select').first().locator('option').allTextContents()).toEqual(['RBC · 1', 'WBC · 2', 'Platelets · 3']);
    await takePicture(page, 'label-boxes');
    await page.keyboard.press('Enter');
    await expectSaid(page, /Nothing waits/);
    expect(await boxesOf(ownTask, sample)).toEqual(guess);
    expect(faults).toEqual([]);
    await close();
  });

  it('are drawn, named, moved, resized and deleted by mouse, and undone', async () => {
    const { page, faults, sample, guess, close } = await open('detection', photo);
    expect(await page.textContent('#accept-text')).toBe('It is right');
    await drag(page, [20, 30], [120, 90]);
    await page.selectOption('#box-list li:last-child select', 'spoon');
    // The new box has the focus and the marks: it is dragged as a whole, then by its lower right corner.
    await drag(page, [70, 60], [90, 80]);
    await drag(page, [140, 110], [200, 150]);
    expect(await page.textContent('#accept-text')).toBe('Save boxes');
    // A drag that ends outside ends at the border.
    await drag(page, [500, 330], [9999, 9999]);
    await page.click('#undo-box');
    await page.click('#box-list li:first-child .remove');
    const first = guess[0]!;
    await page.click('#accept');
    await expectSaid(page, /Nothing waits/);
    const kept = await boxesOf('detection', sample);
    expect(kept).toEqual([...guess.filter((box) => box !== first), { class_name: 'spoon', bbox: near([40, 50, 200, 150]) }]);
    expect(faults).toEqual([]);
    await close();
  });

  it('are selected by a click, the smallest first', async () => {
    const { page, close } = await open('detection', await sharp(photo).flop().jpeg().toBuffer());
    while ((await page.locator('#box-list li').count()) > 0) await page.click('#box-list li:first-child .remove');
    await drag(page, [100, 60], [400, 300]);
    // Not selected any more, so that a drag inside it draws another.
    await page.keyboard.press('Escape');
    await drag(page, [200, 120], [300, 200]);
    await page.keyboard.press('Escape');
    const at = await onScreen(page);
    const click = async () => {
      await page.mouse.click(...at(250, 160));
      return focused(page);
    };
    expect(await click()).toMatch(/^Box 2 of 2/);
    expect(await click()).toMatch(/^Box 1 of 2/);
    expect(await click()).toMatch(/^Box 2 of 2/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowRight');
    await expectSaid(page, /not saved/);
    expect(await page.locator('.layer .box').count()).toBe(2);
    await page.keyboard.press('Delete');
    await expectSaid(page, /Thrown away|Nothing waits/);
    await close();
  });

  it('are made by keys alone', async () => {
    const { page, faults, sample, guess, close } = await open(ownTask, await sharp(cells).rotate(180).jpeg().toBuffer());
    const size = await page.evaluate(() => {
      const { naturalWidth: width, naturalHeight: height } = document.querySelector<HTMLImageElement>('#shown img')!;
      return { width, height };
    });
    for (let count = guess.length; count > 1; count -= 1) {
      await page.focus('.layer .box');
      await page.keyboard.press('Delete');
      expect(await page.locator('.layer .box').count()).toBe(count - 1);
    }
    await page.keyboard.press('c');
    expect(await focused(page)).toMatch(/^Box 2 of 2/);
    await page.keyboard.press('2');
    const half = Math.min(size.width, size.height) / 4;
    const tenth = (value: number) => Math.round(10 * value) / 10;
    const start = [size.width / 2 - half, size.height / 2 - half, size.width / 2 + half, size.height / 2 + half].map(tenth) as unknown as Corners;
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowDown', 'Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Shift+ArrowUp'])
      await page.keyboard.press(key);
    expect(await page.textContent('#box-status')).toMatch(/^WBC: left \d+, top \d+, \d+ wide, \d+ high$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Shift+Tab');
    expect(await focused(page)).toMatch(/^Box 1 of 2/);
    await page.keyboard.press('Delete');
    expect(await focused(page)).toMatch(/^Box 1 of 1, WBC/);
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await page.keyboard.press('Enter');
    await expectSaid(page, /Nothing waits/);
    expect(await boxesOf(ownTask, sample)).toEqual([
      { class_name: 'WBC', bbox: [start[0] - 2, start[1] + 1, start[2] - 1, start[3] + 1 - 3].map((side) => expect.closeTo(side, 5) as number) },
    ]);
    // What was drawn is there again when one goes back.
    await page.keyboard.press('Backspace');
    await expectSaid(page, /Label it again/);
    expect(await page.locator('.layer .box').count()).toBe(1);
    await page.keyboard.press('x');
    await expectSaid(page, /Nothing waits/);
    expect(await truthOf(ownTask, sample)).toEqual({ wrong: true });
    expect(faults).toEqual([]);
    await close();
  });

  it('are drawn by touch on a phone, on a picture as a person sees it', async () => {
    // Lies on its side in the file: 600 by 400 pixels that are shown as 400 by 600.
    const turned = await sharp(photo).resize(600, 400, { fit: 'fill' }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { page, faults, sample, guess, close } = await open('detection', turned, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    const at = await onScreen(page);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: [number, number][]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    await touch('touchStart', at(40, 420));
    await touch('touchMove', at(100, 500));
    await touch('touchMove', at(200, 580));
    await touch('touchEnd');
    expect(await page.locator('.layer .box').count()).toBe(guess.length + 1);
    await page.selectOption('#box-list li:last-child select', 'cup');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    // Not a tap: on a busy machine that lasts so long that it is none.
    await page.click('#accept');
    await expectSaid(page, /Nothing waits/);
    expect((await boxesOf('detection', sample)).at(-1)).toEqual({ class_name: 'cup', bbox: near([40, 420, 200, 580], 5) });
    expect(faults).toEqual([]);
    await close();
  });
});

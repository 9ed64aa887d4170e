import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openPage, openStage, root, takePicture, type Host, type Stage } from './browser.ts';

/** Strokes as shares of the pad. */
const seven = [
  [0.28, 0.22],
  [0.72, 0.22],
  [0.45, 0.82],
] as const;
const one = [
  [0.5, 0.18],
  [0.5, 0.82],
] as const;

type Stroke = readonly (readonly [number, number])[];

async function placesOn(page: Page, stroke: Stroke): Promise<{ x: number; y: number }[]> {
  const box = (await page.locator('#pad').boundingBox())!;
  return stroke.map(([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height }));
}

async function drawWithMouse(page: Page, stroke: Stroke): Promise<void> {
  const [first, ...rest] = await placesOn(page, stroke);
  await page.mouse.move(first!.x, first!.y);
  await page.mouse.down();
  for (const { x, y } of rest) await page.mouse.move(x, y, { steps: 12 });
  await page.mouse.up();
}

async function drawWithFinger(page: Page, stroke: Stroke): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const [first, ...rest] = await placesOn(page, stroke);
  let { x, y } = first!;
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  for (const next of rest) {
    for (let step = 1; step <= 12; step += 1) {
      const point = { x: x + ((next.x - x) * step) / 12, y: y + ((next.y - y) * step) / 12 };
      await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] });
    }
    ({ x, y } = next);
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

async function bothRead(page: Page, digit: string): Promise<void> {
  for (const version of ['v1', 'v2']) {
    await page.waitForFunction(([id, wanted]) => document.querySelector(`#${id} .digit`)!.textContent === wanted, [version, digit] as const, {
      timeout: 10_000,
    });
  }
}

describe('the pad', () => {
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    stage = await openStage(['digit'], { ACCESS_LOG: 'false' });
    ({ host, browser } = stage);
  });
  afterAll(() => stage?.close());

  it('a 7 drawn with the mouse reads 7 in both versions, with ten bars each', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}digits`);
    await drawWithMouse(page, seven);
    await bothRead(page, '7');
    for (const version of ['v1', 'v2']) {
      expect(await page.locator(`#${version} .bars li`).count()).toBe(10);
      await page.waitForFunction((id) => Number.parseInt(document.querySelector(`#${id} .first .value`)!.textContent, 10) > 50, version);
      expect(await page.locator(`#${version} .first`).textContent()).toMatch(/^7/);
    }
    await takePicture(page, 'digits');
    await page.click('#clear');
    expect(await page.textContent('#v1 .digit')).toBe('–');
    await drawWithMouse(page, one);
    await bothRead(page, '1');
    expect(faults).toEqual([]);
    await close();
  });

  it('a 7 drawn with a finger on a phone in the dark reads 7 as well, and does not scroll the page', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}digits`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      colorScheme: 'dark',
    });
    await drawWithFinger(page, seven);
    await bothRead(page, '7');
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('reads a photograph, and says so when a file is none', async () => {
    const { page, close } = await openPage(browser, `${host.url}digits`);
    await page.setInputFiles('#photo', join(root, 'examples/digit.png'));
    await bothRead(page, '7');
    await page.setInputFiles('#photo', join(root, 'package.json'));
    await page.waitForSelector('#says.bad');
    expect(await page.textContent('#says')).toMatch(/JPEG, PNG/);
    expect(await page.textContent('#v1 .digit')).toBe('–');
    await close();
  });

  it('answers within a second', async () => {
    const { page, close } = await openPage(browser, `${host.url}digits`);
    const waits: number[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      await page.click('#clear');
      await drawWithMouse(page, seven.slice(0, 2));
      await page.waitForFunction(() => document.querySelector('#v1 .digit')!.textContent !== '–' && document.querySelector('#v2 .digit')!.textContent !== '–');
      const notes = await page.locator('.reading p.small').allTextContents();
      waits.push(Math.max(...notes.map((note) => Number(/(\d+) ms there/.exec(note)![1]))));
    }
    expect(Math.min(...waits)).toBeLessThan(1000);
    await close();
  });
});

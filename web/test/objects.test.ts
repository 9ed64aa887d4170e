import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openPage, openStage, root, takePicture, type Host, type Stage } from './browser.ts';

type Box = readonly [number, number, number, number];

/** Drops a file on the page as a hand would. */
async function drop(page: Page, file: string, type: string): Promise<void> {
  const bytes = readFileSync(join(root, file)).toString('base64');
  await page.evaluate(
    ([content, kind]) => {
      const raw = Uint8Array.from(atob(content), (letter) => letter.codePointAt(0)!);
      const carried = new DataTransfer();
      carried.items.add(new File([raw], 'dropped', { type: kind }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
    },
    [bytes, type] as const,
  );
}

/** The boxes that a version shows, in pixels of the picture, by name. */
function boxesOf(page: Page, version: string): Promise<Record<string, Box>> {
  return page.evaluate((id) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`#${id} canvas`)!;
    const frame = canvas.getBoundingClientRect();
    const scale = canvas.width / frame.width;
    const found = [...document.querySelectorAll<HTMLElement>(`#${id} .found`)].map((box): [string, Box] => {
      const { left, top, right, bottom } = box.getBoundingClientRect();
      return [
        box.textContent.replace(/ \d+ %$/, ''),
        [(left - frame.left) * scale, (top - frame.top) * scale, (right - frame.left) * scale, (bottom - frame.top) * scale],
      ];
    });
    return Object.fromEntries(found);
  }, version);
}

function overlap(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** Where a person sees them in examples/photo.jpg. */
const cup: Box = [182, 6, 457, 323];

describe('the objects', () => {
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    stage = await openStage(['detection'], { ACCESS_LOG: 'false' });
    ({ host, browser } = stage);
  });
  afterAll(() => stage?.close());

  it('of a dropped photograph are boxed and named by both versions; the slider hides what is less sure', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}objects`);
    await drop(page, 'examples/photo.jpg', 'image/jpeg');
    await page.waitForSelector('#v2 .found');
    for (const version of ['v1', 'v2']) {
      const boxes = await boxesOf(page, version);
      expect(Object.keys(boxes)).toEqual(expect.arrayContaining(['cup', 'dining table']));
      expect(overlap(boxes['cup']!, cup)).toBeGreaterThan(0.75);
      expect(await page.locator(`#${version} .stages dt`).allTextContents()).toEqual(expect.arrayContaining(['decode', 'preprocess', 'infer', 'postprocess']));
    }
    expect(Object.keys(await boxesOf(page, 'v2'))).toContain('spoon');
    await takePicture(page, 'objects');
    await page.fill('#threshold', '0.72');
    expect(Object.keys(await boxesOf(page, 'v1'))).toEqual(['cup']);
    expect(Object.keys(await boxesOf(page, 'v2'))).toEqual(['cup']);
    await page.fill('#threshold', '0.95');
    expect(await page.textContent('#v1 p')).toBe('Nothing above the threshold.');
    expect(faults).toEqual([]);
    await close();
  });

  it('of the example are found by pressing its button, on a phone', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}objects`, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    await page.click('#sample');
    await page.waitForSelector('#v2 .found');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(faults).toEqual([]);
    await close();
  });

  it('are not looked for in what is no picture', async () => {
    const { page, close } = await openPage(browser, `${host.url}objects`);
    await page.setInputFiles('#file', join(root, 'package.json'));
    await page.waitForSelector('#says.bad');
    expect(await page.textContent('#says')).toBe('This is no picture that the browser can show.');
    await close();
  });
});

import { readTestDigits } from '@facet/testkit';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { openPage, openStage, root, takePicture, type Host, type Stage } from './browser.ts';
import { labelling, listSamples, waitForSamples } from './label-samples.ts';

const bodies: Readonly<Record<string, () => Promise<readonly [string, Buffer][]>>> = {
  digit: async () => {
    const { images } = readTestDigits();
    const raw = { raw: { width: 28, height: 28, channels: 1 as const } };
    // A 7, a 1, a 4, a 9 and a 6, none like another.
    return Promise.all([0, 2, 4, 7, 11].map(async (index) => ['image/png', await sharp(images[index], raw).png().toBuffer()] as const));
  },
  gesture: async () => [['application/json', readFileSync(join(root, 'examples/hand.json'))]],
  detection: async () => [['image/jpeg', readFileSync(join(root, 'examples/photo.jpg'))]],
};

describe('the label page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'label-page-'));
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;

  const truths = async (task: string): Promise<unknown[]> => (await listSamples(host, task, 'labelled')).samples.map(({ truth }) => truth);

  beforeAll(async () => {
    stage = await openStage(['gesture', 'digit', 'detection'], labelling(folder));
    ({ host, browser } = stage);
    for (const [task, make] of Object.entries(bodies)) {
      const inputs = await make();
      for (const [type, bytes] of inputs)
        await fetch(`${host.url}${task}/v2/predict`, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(bytes) });
      await waitForSamples(host, task, inputs.length);
    }
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true });
  });

  const guess = (page: Page): Promise<string> => page.locator('#guess').textContent() as Promise<string>;
  const rest = (page: Page) => page.waitForSelector('#desk[aria-busy=false]');
  /** Presses a key and waits until the page has said what came of it. */
  async function press(page: Page, key: string, says: RegExp): Promise<void> {
    await rest(page);
    await page.evaluate(() => (document.querySelector('#says')!.textContent = ''));
    await page.keyboard.press(key);
    await page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector('#says')!.textContent), says.source);
  }

  it('labels digits by keys alone: right, wrong, later, once more, never', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}label?task=digit`);
    await page.waitForSelector('#shown img');
    expect(await page.locator('#choices button').count()).toBe(10);
    await takePicture(page, 'label');
    const first = await guess(page);
    await press(page, 'Enter', /Labelled: \d/);
    expect(await truths('digit')).toEqual([{ label: first }]);
    await press(page, '0', /Labelled: 0/);
    await press(page, 'Backspace', /Label it again/);
    await press(page, '5', /Labelled: 5/);
    expect(await truths('digit')).toHaveLength(2);
    expect(await truths('digit')).toEqual(expect.arrayContaining([{ label: first }, { label: '5' }]));
    await press(page, 'ArrowRight', /Skipped/);
    await press(page, 'Delete', /Thrown away/);
    await page.waitForFunction(() => document.querySelector('#counts')!.textContent.startsWith('2 labelled now, 2 in all; 2 wait'));
    const { counts } = await listSamples(host, 'digit', 'waiting');
    expect(counts).toMatchObject({ waiting: 2, labelled: 2 });
    expect(faults).toEqual([]);
    await close();
  });

  it('has a button for each task of the gateway, and shows the first unless it is asked for another', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}label?task=nothing`);
    await page.waitForSelector('#tasks button[aria-pressed=true]');
    expect(await page.locator('#tasks button').allTextContents()).toEqual(['Gesture', 'Digit', 'Detection']);
    expect(await page.getAttribute('#tasks button[aria-pressed=true]', 'data-task')).toBe('gesture');
    expect(faults).toEqual([]);
    await close();
  });

  it('shows the task that was chosen last, where others are still awaited', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}label?task=gesture`);
    await page.waitForSelector('#desk[aria-busy=false]');
    const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
    await page.route('**/detection/samples?*', async (route) => {
      await isReleased;
      await route.continue();
    });
    for (const task of ['detection', 'gesture', 'digit']) await page.click(`[data-task=${task}]`);
    release();
    await page.waitForSelector('[data-task=digit][aria-pressed=true]');
    await rest(page);
    expect(await page.locator('#choices button').count()).toBe(10);
    expect(faults).toEqual([]);
    await close();
  });

  it('finds a label by a part of its name where there are more than keys', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}label?task=gesture`);
    const names = Array.from({ length: 40 }, (_, index) => `kind_${String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26))}`);
    await page.route('**/digit/samples?*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), labels: [...names, '7'] } });
    });
    await page.click('[data-task=digit]');
    await page.waitForSelector('#choices .find');
    await rest(page);
    expect(await page.locator('#choices button').count()).toBe(41);
    await page.fill('#choices .find', 'Kind b');
    expect(await page.locator('#choices button:visible').allTextContents()).toEqual(['kind ba2', 'kind bbk']);
    await page.fill('#choices .find', '7');
    const sent: unknown[] = [];
    // Not labelled in truth: the next test needs what waits.
    await page.route('**/label', async (route) => {
      sent.push(route.request().postDataJSON());
      await route.fulfill({ json: {} });
    });
    await page.press('#choices .find', 'Enter');
    await page.waitForFunction(() => /Labelled: 7/.test(document.querySelector('#says')!.textContent));
    expect(sent).toEqual([{ verdict: 'correct', truth: { label: '7' } }]);
    expect(faults).toEqual([]);
    await close();
  });

  it('keys can be switched off', async () => {
    const { page, close } = await openPage(browser, `${host.url}label?task=digit`);
    await page.waitForFunction(() => document.querySelector('#counts')!.textContent !== '');
    await rest(page);
    await page.uncheck('#keys');
    const before = await truths('digit');
    for (const key of ['Enter', '1', 'Delete']) await page.keyboard.press(key);
    await sleep(300);
    expect(await truths('digit')).toEqual(before);
    await close();
  });

  it('says so when somebody else was quicker, and goes on', async () => {
    const { page, close } = await openPage(browser, `${host.url}label?task=digit`);
    await page.waitForSelector('#shown img');
    for (const { id } of (await listSamples(host, 'digit', 'waiting')).samples.slice(0, 2))
      await fetch(`${host.url}digit/samples/${id}/label`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"verdict":"accept"}' });
    await press(page, 'Enter', /Somebody else/);
    await close();
  });

  it('shows hands and boxes, by mouse on a phone in the dark', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}label?task=gesture`, {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    });
    await page.waitForSelector('#shown canvas');
    expect(await guess(page)).toBe('like');
    expect(await page.locator('#choices button').count()).toBe(18);
    await page.click('[data-label=dislike]');
    await page.waitForFunction(() => /Nothing waits/.test(document.querySelector('#says')!.textContent));
    expect(await truths('gesture')).toEqual([{ label: 'dislike' }]);
    await page.click('[data-task=detection]');
    await page.waitForSelector('#shown .box');
    expect(await guess(page)).toContain('cup');
    expect(new URL(page.url()).search).toBe('?task=detection');
    await page.click('#wrong');
    await page.waitForFunction(() => /Nothing waits/.test(document.querySelector('#says')!.textContent));
    expect(await truths('detection')).toEqual([{ wrong: true }]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('what the pad was wrong about is kept with its label', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}digits`);
    expect(await page.isVisible('#correction')).toBe(false);
    await page.setInputFiles('#photo', join(root, 'examples/digit.png'));
    await page.click('#correction button[aria-label="It is a 1"]');
    await page.waitForFunction(() => /Kept as a 1/.test(document.querySelector('#corrected')!.textContent));
    const fed = (await listSamples(host, 'digit', 'labelled')).samples.filter(({ reason }) => reason === 'feedback');
    expect(fed).toMatchObject([{ guess: { label: '7' }, truth: { label: '1' } }]);
    const kept = Buffer.from(await (await fetch(`${host.url}digit/samples/${fed[0]!.id}/input`)).arrayBuffer());
    expect(kept).toEqual(readFileSync(join(root, 'examples/digit.png')));
    await page.click('#clear');
    expect(await page.isVisible('#correction')).toBe(false);
    expect(faults).toEqual([]);
    await close();
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { openPage, openStage, root, takePicture, type Host, type Stage } from './browser.ts';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
const pages = ['', 'maze', 'digits', 'objects', 'label?task=digit', 'status', 'runbooks', 'runbooks/HpaAtMaximum'];
const looks = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
] as const;

/** On the page of the status: three services and six versions are ready. */
function areAllWell(): boolean {
  return [...document.querySelectorAll('#status .good')].filter(({ textContent }) => textContent === 'ready').length === 9;
}

describe('every page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    const kept = { LABELLING: 'true', SAMPLES_DIR: folder, UNCERTAINTY_THRESHOLD: '0' };
    stage = await openStage(['gesture', 'digit', 'detection'], { ACCESS_LOG: 'false', ...kept });
    ({ host, browser } = stage);
    // So that the label page has one to show.
    const body = new Uint8Array(readFileSync(join(root, 'examples/digit.png')));
    await fetch(`${host.url}digit/predict`, { method: 'POST', headers: { 'content-type': 'image/png' }, body });
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(pages)('/%s', (path) => {
    it.each(looks)('%s: no error, nothing from elsewhere, nothing serious by axe, no wider than the screen', async (look, options) => {
      const { page, faults, close } = await openPage(browser, host.url + path, options);
      await page.waitForLoadState('networkidle');
      if (path === '' && look === 'light') {
        await page.waitForFunction(() => document.querySelector('#health')!.textContent === 'All services are well.');
        await takePicture(page, 'home');
      }
      if (path === 'status' && look === 'light') {
        await page.waitForFunction(areAllWell);
        await takePicture(page, 'status');
      }
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
      expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Maze', 'Digits', 'Objects', 'Label', 'Status', 'API']);
      expect(faults).toEqual([]);
      await close();
    });

    it('weighs less than 300 kB and is there within a second', async () => {
      const waits: number[] = [];
      for (let tries = 0; tries < 3; tries += 1) {
        const { page, bytes, close } = await openPage(browser, host.url + path);
        await page.waitForLoadState('networkidle');
        expect(bytes()).toBeGreaterThan(2000);
        expect(bytes()).toBeLessThan(300_000);
        waits.push(await page.evaluate(() => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).loadEventEnd));
        await close();
      }
      expect(Math.min(...waits)).toBeLessThan(1000);
    });
  });

  it('of the status renews itself, in its place', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}status`);
    await page.waitForFunction(areAllWell);
    await page.evaluate(() => document.querySelector('#status')!.setAttribute('data-old', ''));
    await page.waitForFunction(() => document.querySelector('#status') && !document.querySelector('#status[data-old]'));
    expect(faults).toEqual([]);
    await close();
  });

  it('is reached from the first one by keys alone', async () => {
    const { page, close } = await openPage(browser, host.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Skip to the page');
    for (let presses = 0; presses < 2; presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/maze');
    expect(await page.getAttribute('nav a', 'aria-current')).toBe('page');
    await close();
  });
});

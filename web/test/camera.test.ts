import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filmOf, openBrowser, openPage, root, startHost, takePicture } from './browser.ts';

/** A photograph of a raised finger, from a package under the MIT licence (A. Schallwig, 2020). */
const hand = join(dirname(createRequire(__filename).resolve('fingerpose/package.json')), 'assets', 'nocurl.jpg');

describe('the camera', () => {
  const folder = mkdtempSync(join(tmpdir(), 'film-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('shows a hand, the page finds its landmarks, the service names them, and the dot moves', async () => {
    // The finger counts as `one` or as `mute`, which differ in what is behind it; neither means anything to the game as it ships.
    const actions = JSON.stringify({ one: 'right', mute: 'right' });
    const host = await startHost(['gesture'], { GESTURE_ACTIONS: actions, ACCESS_LOG: 'false' });
    const browser = await openBrowser(await filmOf(hand, join(folder, 'hand.mjpeg')));
    const { page, faults, bytes, close } = await openPage(browser, `${host.url}maze`, { permissions: ['camera'] });
    const before = bytes();
    await page.click('#camera');
    await page.waitForFunction(() => Number(document.querySelector('#steps')!.textContent) >= 1, undefined, { timeout: 120_000 });
    expect(await page.textContent('#gesture')).toMatch(/^(one|mute)$/);
    expect(await page.textContent('#action')).toBe('→ right');
    expect(await page.textContent('#transport')).toBe('stream');
    expect(await page.getAttribute('#maze svg', 'aria-label')).not.toContain('row 1, column 1;');
    await takePicture(page, 'maze-camera');
    // The hand model came from this host, and only now.
    expect(before).toBeLessThan(300_000);
    expect(bytes()).toBeGreaterThan(5_000_000);
    await page.click('#camera');
    expect(await page.evaluate(() => document.querySelector('video')!.srcObject)).toBeNull();
    expect(faults).toEqual([]);
    await close();
    await browser.close();
    await host.stop();
  });

  it('shows a cup of coffee, and both models find it frame after frame', async () => {
    const host = await startHost(['detection'], { ACCESS_LOG: 'false' });
    const browser = await openBrowser(await filmOf(join(root, 'examples/photo.jpg'), join(folder, 'cup.mjpeg')));
    const { page, faults, close } = await openPage(browser, `${host.url}objects`, { permissions: ['camera'] });
    await page.click('#camera');
    for (const version of ['v1', 'v2']) {
      await page.waitForFunction((id) => /cup \d+ %/.test(document.querySelector(`#${id} p`)?.textContent ?? ''), version);
      await page.waitForFunction((id) => document.getElementById(id)!.textContent.includes('frames a second'), version);
    }
    await page.click('#camera');
    expect(await page.evaluate(() => document.querySelector('video')!.srcObject)).toBeNull();
    expect(faults).toEqual([]);
    await close();
    await browser.close();
    await host.stop();
  });
});

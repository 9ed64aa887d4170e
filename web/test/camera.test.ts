import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { filmOf, openBrowser, openPage, root, startHost, takePicture, type Watched } from './browser.ts';
import { makeKey, writeKeyFile } from './key-file.ts';

/** A photograph of a raised finger, from a package under the MIT licence (A. Schallwig, 2020). */
const hand = join(dirname(createRequire(__filename).resolve('fingerpose/package.json')), 'assets', 'nocurl.jpg');

describe('the camera', () => {
  const folder = mkdtempSync(join(tmpdir(), 'film-'));
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A page of a host whose services these are, and before its camera this picture. */
  async function film(picture: string, path: string, services: Parameters<typeof startHost>[0], env: Readonly<Record<string, string>> = {}): Promise<Watched> {
    const host = await startHost(services, { ACCESS_LOG: 'false', ...env });
    open.unshift(() => host.stop());
    const browser = await openBrowser(await filmOf(picture, join(folder, `${path}.mjpeg`)));
    open.unshift(() => browser.close());
    return openPage(browser, host.url + path, { permissions: ['camera'] });
  }

  /** Presses the button; a click of the mouse would wait for a page that stands still. */
  function press(page: Page): Promise<void> {
    return page.locator('#camera').dispatchEvent('click');
  }

  it('shows a hand, the page finds its landmarks, the service names them, and the dot moves', async () => {
    // The finger counts as `one` or as `mute`, which differ in what is behind it; neither means anything to the game as it ships.
    const actions = JSON.stringify({ one: 'right', mute: 'right' });
    // The two share the probability, so that now and then the hand is rejected.
    const { page, faults, bytes } = await film(hand, 'maze', ['gesture'], { GESTURE_ACTIONS: actions, GESTURE_REJECTED_ACTION: 'keep' });
    const before = bytes();
    await press(page);
    await page.waitForFunction(() => Number(document.querySelector('#steps')!.textContent) >= 1, undefined, { timeout: 120_000 });
    expect(await page.textContent('#gesture')).toMatch(/^(one|mute)$/);
    expect(await page.textContent('#action')).toBe('→ right');
    expect(await page.textContent('#transport')).toBe('stream');
    expect(await page.getAttribute('#maze svg', 'aria-label')).not.toContain('row 1, column 1;');
    await takePicture(page, 'maze-camera');
    // The hand model came from this host, and only now.
    expect(before).toBeLessThan(300_000);
    expect(bytes()).toBeGreaterThan(5_000_000);
    await press(page);
    expect(await page.evaluate(() => document.querySelector('video')!.srcObject)).toBeNull();
    expect(faults).toEqual([]);
  });

  it('shows a cup of coffee, and both models find it frame after frame', async () => {
    const { page, faults } = await film(join(root, 'examples/photo.jpg'), 'objects', ['detection']);
    const streams: string[] = [];
    page.on('websocket', (socket) => streams.push(new URL(socket.url()).search));
    await press(page);
    for (const version of ['v1', 'v2']) {
      await page.waitForFunction((id) => /cup \d+ %/.test(document.querySelector(`#${id} p`)?.textContent ?? ''), version);
      await page.waitForFunction((id) => document.getElementById(id)!.textContent.includes('frames a second'), version);
    }
    expect(streams.toSorted()).toEqual(['?conf_threshold=0.1&version=v1', '?conf_threshold=0.1&version=v2']);
    expect(await page.locator('#v1 .stages dt').allTextContents()).toContain('infer');
    await press(page);
    expect(await page.evaluate(() => document.querySelector('video')!.srcObject)).toBeNull();
    expect(faults).toEqual([]);
  });

  it('goes over to streams when the host has got its key', async () => {
    const key = makeKey();
    const file = join(folder, 'keys.json');
    writeKeyFile(file, [{ id: 'page', key, scopes: ['*'] }]);
    const { page } = await film(join(root, 'examples/photo.jpg'), 'objects', ['detection'], { API_KEYS_FILE: file });
    await page.waitForSelector('dialog[open]');
    const answered = new Promise<string>((resolve) =>
      page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => String(payload).includes('"cup"') && resolve(socket.url()))),
    );
    // Both models' streams are refused, and a picture each waits for the key.
    await Promise.all([page.waitForEvent('websocket'), press(page)]);
    await page.fill('dialog[open] input', key);
    await page.click('dialog[open] button[type=submit]');
    expect(await answered).toContain('/detection/stream?');
    await page.waitForFunction(() => /cup \d+ %/.test(document.querySelector('#v1 p')?.textContent ?? ''));
  });
});

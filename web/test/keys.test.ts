import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { openPage, openStage, root, takePicture, type Host, type Stage } from './browser.ts';
import { makeKey, writeKeyFile } from './key-file.ts';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** The sentence in the dialog that is open. */
function asks(page: Page): Promise<string | null> {
  return page.textContent('dialog[open] p');
}

async function give(page: Page, key: string): Promise<void> {
  await page.fill('dialog[open] input', key);
  await page.click('dialog[open] button[type=submit]');
}

describe('pages of a host that asks for keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-keys-'));
  const keys = { all: makeKey(), gesture: makeKey(), admin: makeKey() };
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    const file = join(folder, 'keys.json');
    writeKeyFile(file, [
      { id: 'all', key: keys.all, scopes: ['*'] },
      { id: 'gesture', key: keys.gesture, scopes: ['gesture'] },
      { id: 'admin', key: keys.admin, scopes: ['admin'] },
    ]);
    stage = await openStage(['gesture', 'digit'], { ACCESS_LOG: 'false', API_KEYS_FILE: file });
    ({ host, browser } = stage);
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true });
  });

  it('ask for one, say why it is refused, and send it with every call from then on', async () => {
    const { page, close } = await openPage(browser, `${host.url}digits`);
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    expect(await asks(page)).toMatch(/answer only who has one/);
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await takePicture(page, 'key');
    await give(page, makeKey());
    await page.waitForFunction(() => document.querySelector('dialog[open] p')?.textContent.includes('not known'));
    await give(page, keys.gesture);
    await page.waitForFunction(() => document.querySelector('dialog[open] p')?.textContent.includes("scope 'digit'"));
    await give(page, ` ${keys.all}\n`);
    await page.waitForFunction(() => document.querySelector('#v2 .about')!.textContent !== '');
    await page.setInputFiles('#photo', join(root, 'examples/digit.png'));
    await page.waitForFunction(() => document.querySelector('#v1 .digit')!.textContent === '7' && document.querySelector('#v2 .digit')!.textContent === '7');
    expect(await page.locator('dialog').count()).toBe(0);
    // Another page of the same tab needs none.
    await page.goto(`${host.url}maze`);
    for (let level = 1; level < 3; level += 1) await page.click('#next');
    const [socket] = await Promise.all([page.waitForEvent('websocket'), page.locator('#recorded').dispatchEvent('click')]);
    await page.waitForFunction(() => document.querySelector('#transport')!.textContent === 'stream');
    await page.waitForFunction(() => document.querySelector('#says')!.textContent.includes('Level 3 solved'));
    for (const url of [socket.url(), ...urls]) expect(url).not.toContain('facet_');
    await page.click('#key');
    await page.click('dialog[open] [value=forget]');
    await page.waitForFunction(() => sessionStorage.length === 0);
    await close();
  });

  it('open the stream once there is a key, and move by requests until then', async () => {
    const { page, close } = await openPage(browser, `${host.url}maze`);
    await page.locator('#recorded').dispatchEvent('click');
    // Letters that move the dot elsewhere.
    await page.locator('dialog[open] input').pressSequentially('wasd');
    expect(await page.inputValue('dialog[open] input')).toBe('wasd');
    await give(page, keys.gesture);
    await page.waitForFunction(() => document.querySelector('#transport')!.textContent === 'stream');
    await close();
  });

  it('list the tasks to label without one, and ask before they show a sample', async () => {
    const { page, close } = await openPage(browser, `${host.url}label?task=digit`);
    await page.waitForSelector('dialog[open]');
    expect(await page.locator('#tasks button').allTextContents()).toEqual(['Gesture', 'Digit', 'Detection']);
    // Keys of the page are text here.
    await page.locator('dialog[open] input').pressSequentially('7x');
    await page.keyboard.press('Backspace');
    expect(await page.inputValue('dialog[open] input')).toBe('7');
    await give(page, keys.all);
    await page.waitForFunction(() => document.querySelector('dialog[open] p')?.textContent.includes("scope 'admin'"));
    await give(page, keys.admin);
    // These services keep no samples.
    await page.waitForFunction(() => /LABELLING=true/.test(document.querySelector('#says.bad')?.textContent ?? ''));
    await close();
  });

  it('leave who has none in peace', async () => {
    const { page, close } = await openPage(browser, `${host.url}digits`);
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.setInputFiles('#photo', join(root, 'examples/digit.png'));
    await page.waitForSelector('#says.bad');
    expect(await page.locator('dialog').count()).toBe(0);
    expect(await page.textContent('#v1 .digit')).toBe('–');
    await page.click('#key');
    await page.waitForSelector('dialog[open]');
    await close();
  });
});

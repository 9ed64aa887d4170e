import type { Browser, Page } from 'playwright-core';
import { openPage, openStage, takePicture, type Host, type Stage } from './browser.ts';

async function number(page: Page, id: string): Promise<number> {
  return Number.parseFloat((await page.textContent(`#${id}`)) ?? '');
}

describe('the maze', () => {
  let stage: Stage | undefined;
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    stage = await openStage(['gesture'], { ACCESS_LOG: 'false' });
    ({ host, browser } = stage);
  });
  afterAll(() => stage?.close());

  it('is solved by a recorded hand over the stream, and remembers the time', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}maze`);
    for (let level = 1; level < 4; level += 1) await page.click('#next');
    await page.click('#recorded');
    await page.waitForFunction(() => Number(document.querySelector('#steps')!.textContent) >= 5);
    const shown = await page.evaluate(() =>
      Object.fromEntries(['transport', 'gesture', 'action', 'confidence', 'round-trip'].map((id) => [id, document.getElementById(id)!.textContent])),
    );
    await takePicture(page, 'maze');
    expect(shown).toMatchObject({ transport: 'stream', gesture: expect.stringMatching(/^(like|dislike|four|three)$/) as string });
    expect(Number.parseFloat(shown['round-trip']!)).toBeGreaterThan(0);
    expect(Number.parseFloat(shown['confidence']!)).toBeGreaterThan(50);
    await page.waitForFunction(() => document.querySelector('#says')!.textContent.includes('Level 4 solved'));
    const best = await number(page, 'best');
    expect(best).toBeGreaterThan(0);
    await page.reload();
    for (let level = 1; level < 4; level += 1) await page.click('#next');
    expect(await number(page, 'best')).toBe(best);
    expect(faults).toEqual([]);
    await close();
  });

  it('is solved by requests where no stream comes about', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}maze`);
    await page.routeWebSocket(/gesture\/stream/, (socket) => void socket.close({ code: 1013 }));
    await page.click('#recorded');
    await page.waitForFunction(() => document.querySelector('#transport')!.textContent === 'requests');
    await page.waitForFunction(() => document.querySelector('#says')!.textContent.includes('Level 1 solved'));
    expect(faults).toEqual([]);
    await close();
  });

  it('goes back to the stream once there is one again', async () => {
    const { page, close } = await openPage(browser, `${host.url}maze`);
    let tries = 0;
    await page.routeWebSocket(/gesture\/stream/, (socket) => {
      tries += 1;
      if (tries === 1) void socket.close({ code: 1001 });
      else socket.connectToServer();
    });
    for (let level = 1; level < 8; level += 1) await page.click('#next');
    // All that it says: a glance now and then would miss what stands there for a moment.
    await page.evaluate(() => {
      const transport = document.querySelector<HTMLElement>('#transport')!;
      new MutationObserver(() => (transport.dataset['said'] = `${transport.dataset['said'] ?? ''} ${transport.textContent}`)).observe(transport, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    await page.click('#recorded');
    await page.waitForFunction(() => / requests (.* )?stream$/.test(document.querySelector<HTMLElement>('#transport')!.dataset['said'] ?? ''));
    expect(tries).toBe(2);
    await close();
  });

  it('is walked with keys: walls hold, and the way leads to the goal', async () => {
    const { page, faults, close } = await openPage(browser, `${host.url}maze`);
    await page.keyboard.press('ArrowUp');
    expect(await number(page, 'steps')).toBe(0);
    // The right hand on the wall finds the way out of any maze that is in one piece.
    const place = (): Promise<string | null> => page.getAttribute('#maze svg', 'aria-label');
    const ways = ['ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowLeft'];
    let facing = 1;
    for (let tries = 0; tries < 400 && !(await place())!.includes('goal is reached'); tries += 1) {
      for (const turn of [1, 0, 3, 2]) {
        const before = await number(page, 'steps');
        await page.keyboard.press(ways[(facing + turn) % 4]!);
        if ((await number(page, 'steps')) === before) continue;
        facing = (facing + turn) % 4;
        break;
      }
    }
    expect(await place()).toContain('goal is reached');
    expect(await page.textContent('#says')).toContain('Level 1 solved');
    await page.click('#next');
    expect(await page.getAttribute('#maze svg', 'aria-label')).toContain('level 2, 6 by 6');
    expect(faults).toEqual([]);
    await close();
  });

  it('says what is wrong when there is no camera', async () => {
    const { page, close } = await openPage(browser, `${host.url}maze`);
    await page.click('#camera');
    await page.waitForSelector('#hand-says.bad');
    expect(await page.textContent('#hand-says')).toMatch(/camera/i);
    expect(await page.getAttribute('#camera', 'aria-pressed')).toBe('false');
    await close();
  });
});

import type { SampleList } from '@facet/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Host } from './browser.ts';

/** Settings under which services keep each sample in a folder, to be labelled. */
export const labelling = (folder: string) => ({
  ACCESS_LOG: 'false',
  LABELLING: 'true',
  SAMPLES_DIR: folder,
  UNCERTAINTY_THRESHOLD: '0',
  SAMPLES_MAX_PER_SECOND: '1000',
});

export async function listSamples({ url }: Host, task: string, state: string): Promise<SampleList> {
  const reply = await fetch(`${url}${task}/samples?limit=100&state=${state}`);
  return (await reply.json()) as SampleList;
}

/** Lists what waits for a label once there are `count` samples, or after ten seconds. */
export async function waitForSamples(host: Host, task: string, count: number): Promise<SampleList> {
  for (let tries = 0; tries < 200; tries++) {
    const list = await listSamples(host, task, 'waiting');
    if (list.counts.waiting >= count) return list;
    await sleep(50);
  }
  return listSamples(host, task, 'waiting');
}

/** Waits until the page says something, and shows what it says instead where it does not. */
export async function expectSaid(page: Page, says: RegExp): Promise<void> {
  const wait = page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector('#says')!.textContent), says.source);
  await wait.catch(async () => expect(await page.textContent('#says')).toMatch(says));
}

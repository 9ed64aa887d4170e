import { spawnService, type ServiceName, type SpawnedService } from '@facet/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import sharp from 'sharp';

export const root = join(__dirname, '..', '..');

/** Where screenshots go: the README's own with SCREENSHOTS=docs/images. */
const pictures = join(root, process.env['SCREENSHOTS'] ?? '.cache/screenshots');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // WebGL on the CPU, for the hand model.
  '--enable-unsafe-swiftshader',
  // What asks for another host fails, and so shows.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** A gateway with the built site in front of those services that the pages under test ask. */
export interface Host {
  readonly url: string;
  readonly gateway: SpawnedService;
  stop(): Promise<void>;
}

type Kind = Exclude<ServiceName, 'gateway'>;

/** @param names tasks named like their kinds, or others such as `helmets:detection`: the gateway then has these alone */
export async function startHost(names: readonly (Kind | `${string}:${Kind}`)[], env: Readonly<Record<string, string>> = {}): Promise<Host> {
  const tasks = names.map((name) => {
    const [task, kind = task] = name.split(':') as [string, Kind?];
    return { task, kind: kind as Kind };
  });
  const services = await Promise.all(tasks.map(({ task, kind }) => spawnService(kind, { ...env, ...(task !== kind && { TASK: task }) })));
  const urls = Object.fromEntries(tasks.map(({ task }, index) => [`TASK_${task.toUpperCase().replaceAll('-', '_')}_URL`, services[index]!.url]));
  const own = tasks.some(({ task, kind }) => task !== kind) ? { TASKS: names.join(',') } : {};
  const gateway = await spawnService('gateway', { ...env, ...own, ...urls });
  return {
    url: `${gateway.url}/`,
    gateway,
    async stop() {
      await gateway.stop();
      await Promise.all(services.map((service) => service.stop()));
    },
  };
}

/** @param film an MJPEG file that the camera shows; without one there is no camera */
export function openBrowser(film?: string): Promise<Browser> {
  const camera = film ? ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`] : [];
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: [...flags, ...camera], timeout: 120_000 });
}

/** A host and a browser to look at it with. */
export interface Stage {
  readonly host: Host;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Starts both; when either does not start, the other is stopped before the error is passed on, so that no test run waits for it. */
export async function openStage(...host: Parameters<typeof startHost>): Promise<Stage> {
  const [services, browser] = await Promise.allSettled([startHost(...host), openBrowser()]);
  const close = async () => {
    if (browser.status === 'fulfilled') await browser.value.close();
    if (services.status === 'fulfilled') await services.value.stop();
  };
  if (services.status === 'fulfilled' && browser.status === 'fulfilled') return { host: services.value, browser: browser.value, close };
  await close();
  throw services.status === 'rejected' ? services.reason : (browser as PromiseRejectedResult).reason;
}

/** A page, and all that went wrong on it. */
export interface Watched {
  readonly page: Page;
  /** Errors of the console and of scripts, failed requests, and requests that were not for the host. */
  readonly faults: string[];
  /** Bytes that came over the network, compressed as they were sent. */
  bytes(): number;
  close(): Promise<void>;
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const { host } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host && !['blob:', 'data:'].includes(asked.protocol)) faults.push(`elsewhere: ${request.url()}`);
  });
  let bytes = 0;
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(url);
  return { page, faults, bytes: () => bytes, close: () => context.close() };
}

/** Takes a picture of a page for the README, small. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const picture = await page.screenshot({ fullPage: true });
  await sharp(picture)
    .resize({ width: 960 })
    .png({ palette: true, quality: 80, effort: 10 })
    .toFile(join(pictures, `${name}.png`));
}

/** A film of one still picture, as Chromium's fake camera takes it: 640 by 480, the picture whole on its own paper. */
export async function filmOf(picture: string, file: string): Promise<string> {
  const { dominant } = await sharp(picture).stats();
  const frame = await sharp(picture).rotate().resize(640, 480, { fit: 'contain', background: dominant }).jpeg({ quality: 92 }).toBuffer();
  writeFileSync(file, Buffer.concat([frame, frame]));
  return file;
}

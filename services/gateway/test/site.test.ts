import { spawnService, type SpawnedService } from '@facet/testkit';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { brotliCompressSync } from 'node:zlib';

const html = 'text/html,application/xhtml+xml,*/*;q=0.8';
const script = `console.log(${JSON.stringify('x'.repeat(2000))});`;

/** Asks for a path as it is written; clients that parse URLs would take the dots out. */
function raw(url: string, path: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = ask({ hostname, port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.once('error', reject);
    call.end();
  });
}

describe('the site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  const dist = join(folder, 'dist');
  let gateway: SpawnedService;
  beforeAll(async () => {
    mkdirSync(join(dist, 'assets', 'deep'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(dist, '.built'), 'hidden');
    writeFileSync(join(dist, 'index.html'), '<!doctype html><title>first</title>');
    writeFileSync(join(dist, 'maze.html'), '<!doctype html><title>maze</title>');
    mkdirSync(join(dist, 'runbooks'));
    writeFileSync(join(dist, 'runbooks', 'HighLatency.html'), '<!doctype html><title>what to do</title>');
    writeFileSync(join(dist, 'assets', 'a-1.js'), script);
    writeFileSync(join(dist, 'assets', 'a-1.js.br'), brotliCompressSync(script));
    writeFileSync(join(dist, 'assets', 'deep', 'large.wasm'), Buffer.alloc(3_000_000, 7));
    symlinkSync(join(folder, 'secret.txt'), join(dist, 'assets', 'link.txt'));
    gateway = await spawnService('gateway', { WEB_DIR: dist });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  it('answers browsers at / with a page, and everyone else with JSON as before', async () => {
    const page = await request(gateway.url).get('/').set('accept', html).expect(200);
    expect(page.text).toContain('first');
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', vary: 'accept', 'cache-control': 'no-cache' });
    for (const accept of ['*/*', 'application/json']) {
      const { body, headers } = await request(gateway.url).get('/').set('accept', accept).expect(200);
      expect(body).toMatchObject({ status: 'running', endpoints: { gesture: '/gesture' } });
      expect(headers['vary']).toBe('accept');
    }
  });

  it('serves pages that lie in folders, such as runbooks, by their names', async () => {
    const { text } = await request(gateway.url).get('/runbooks/HighLatency').expect(200);
    expect(text).toContain('what to do');
    await request(gateway.url).get('/runbooks/Unknown').expect(404);
  });

  it('lets pages run only what comes from here, and WebAssembly', async () => {
    for (const path of ['/', '/maze']) {
      const { headers } = await request(gateway.url).get(path).set('accept', html).expect(200);
      const policy = headers['content-security-policy']!;
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'|https?:/);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'permissions-policy': expect.stringContaining('camera=(self)') as string });
    }
  });

  it('lets what has its hash in its name be kept for ever, and asks again for pages, which costs nothing', async () => {
    const asset = await request(gateway.url).get('/assets/a-1.js').expect(200);
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const page = await request(gateway.url).get('/maze').expect(200);
    const again = await request(gateway.url).get('/maze').set('if-none-match', `"other", ${page.headers['etag']!}`).expect(304);
    expect(again.text).toBe('');
    await request(gateway.url).get('/maze').set('if-none-match', '"other"').expect(200);
  });

  it('sends what was compressed when it was built to who takes it', async () => {
    const get = (encodings: string) => request(gateway.url).get('/assets/a-1.js').set('accept-encoding', encodings);
    const small = await get('gzip, br').buffer(true);
    expect(small.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding', 'content-type': 'text/javascript; charset=utf-8' });
    expect(small.text).toBe(script);
    expect(Number(small.headers['content-length'])).toBeLessThan(200);
    const plain = await get('gzip');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['content-length']).toBe(String(script.length));
    const head = await request(gateway.url).head('/assets/a-1.js').expect(200);
    expect(head.headers['content-length']).toBeDefined();
    const large = await request(gateway.url).get('/assets/deep/large.wasm').buffer(true).expect(200);
    expect(large.headers).toMatchObject({ 'content-type': 'application/wasm', 'content-length': '3000000' });
  });

  it.each([
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/link.txt',
    '/assets/',
    '/assets',
    '/assets/deep',
    '/assets//a-1.js',
    '/assets/a-1.js.br',
    '/assets/a-1.js%00',
    '/.built',
    '/index.html',
    '/maze.html',
    '/assets/%E0%A4%A',
    '/assets/constructor',
  ])('%s is not there', async (path) => {
    expect([400, 404]).toContain(await raw(gateway.url, path));
  });

  it('takes no other method, and counts under few names', async () => {
    await request(gateway.url).post('/assets/a-1.js').send({}).expect(405);
    await request(gateway.url).post('/maze').send({}).expect(405);
    for (let file = 0; file < 20; file += 1) await request(gateway.url).get(`/assets/none-${file}.js`).expect(404);
    const { text } = await request(gateway.url).get('/metrics').expect(200);
    const routes = new Set([...text.matchAll(/http_requests_total\{[^}]*route="([^"]+)"/g)].map(([, route]) => route));
    expect([...routes].filter((route) => route!.startsWith('/assets'))).toEqual(['/assets/*']);
  });

  it('is not missed where it was not built: / is JSON for browsers too, and the log says so once', async () => {
    const bare = await spawnService('gateway', { WEB_DIR: join(folder, 'none') });
    const { body } = await request(bare.url).get('/').set('accept', html).expect(200);
    expect(body).toMatchObject({ status: 'running' });
    await request(bare.url).get('/maze').expect(404);
    await request(bare.url).get('/assets/a-1.js').expect(404);
    expect(await bare.stop()).toBe(0);
    expect(bare.log.filter(({ msg }) => String(msg).startsWith('the web pages are not built'))).toHaveLength(1);
  });
});

describe('the site beside an operations port', () => {
  const folder = mkdtempSync(join(tmpdir(), 'site-ports-'));
  const web = join(__dirname, '..', '..', '..', 'web');
  let gateway: SpawnedService;
  let operationsUrl: string;
  beforeAll(async () => {
    const header = readFileSync(join(web, 'src', 'page', 'header.html'), 'utf8');
    // As the build puts them together, without styles and scripts.
    for (const name of ['index', 'maze', 'digits', 'objects', 'label', 'status']) {
      const page = readFileSync(join(web, `${name}.html`), 'utf8').replace('<!-- header -->', header);
      writeFileSync(join(folder, `${name}.html`), page);
      writeFileSync(join(folder, `${name}.html.br`), brotliCompressSync(page));
    }
    writeFileSync(join(folder, 'runbooks.html'), header);
    gateway = await spawnService('gateway', { WEB_DIR: folder, OPERATIONS_PORT: '0' });
    operationsUrl = `http://127.0.0.1:${String(gateway.log.find(({ msg }) => msg === 'listening')?.['operationsPort'])}`;
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  /** Addresses behind the links of a page, and their answers' statuses. */
  async function linksOf(url: string): Promise<Map<string, number>> {
    const answer = await fetch(url, { headers: { accept: html, 'accept-encoding': 'br' } });
    expect(answer.status).toBe(200);
    const links = [...(await answer.text()).matchAll(/<a [^>]*href="([^"#]+)"/g)].map(([, href]) => new URL(href!, url).href);
    const statuses = await Promise.all([...new Set(links)].map(async (link) => [link, (await fetch(link, { headers: { accept: html } })).status] as const));
    return new Map(statuses);
  }

  it.each(['/', '/maze', '/digits', '/objects'])('links %s to pages of the public port only', async (path) => {
    const links = await linksOf(gateway.url + path);
    expect([...links.keys()]).toEqual(expect.arrayContaining(['/maze', '/docs'].map((each) => gateway.url + each)));
    expect([...links].filter(([, status]) => status === 404)).toEqual([]);
  });

  it.each(['/label', '/status'])('links %s to pages of the operations port only', async (path) => {
    const links = await linksOf(operationsUrl + path);
    expect([...links.keys()]).toEqual(expect.arrayContaining(['/label', '/status'].map((each) => operationsUrl + each)));
    expect([...links].filter(([, status]) => status === 404)).toEqual([]);
  });

  it('does not ask for corrections, which the other port takes', async () => {
    const text = await (await fetch(`${gateway.url}/digits`, { headers: { accept: html } })).text();
    expect(text).toContain('id="pad"');
    expect(text).not.toContain('id="correction"');
  });
});

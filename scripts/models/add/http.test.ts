import { CommandError } from '../command.ts';
import { requireRedirect } from './http.ts';
import { answerChallenge } from './oci-auth.ts';
import { saveDownload } from './save.ts';
import { plainText } from './source.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('a redirect', () => {
  it.each([
    ['https://hub.example.org/a', 'https://cdn.example.net/b'],
    ['https://10.0.0.7/a', 'https://10.0.0.8/b'],
    ['http://127.0.0.1:5000/a', 'http://localhost:5001/b'],
    ['http://[::1]:5000/a', 'https://cdn.example.net/b'],
  ])('from %s to %s is followed', (from, to) => expect(() => requireRedirect(new URL(from), new URL(to))).not.toThrow());

  it.each([
    ['http://cdn.example.net/b', 'would leave TLS'],
    ['http://127.0.0.1/b', 'would leave TLS'],
    ['https://127.0.0.1/b', 'private network'],
    ['https://localhost/b', 'private network'],
    ['https://169.254.169.254/latest/meta-data', 'private network'],
    ['https://192.168.1.1/', 'private network'],
    ['https://[::1]/', 'private network'],
    ['https://[::ffff:10.0.0.1]/', 'private network'],
    ['https://[fd00::1]/', 'private network'],
    ['https://0x7f000001/', 'private network'],
    ['ftp://cdn.example.net/', 'expected https'],
  ])('from a public server to %s is refused: %s', (to, why) => {
    expect(() => requireRedirect(new URL('https://hub.example.org/a'), new URL(to))).toThrow(why);
  });
});

it.each(['http://127.0.0.1:1/token', 'https://10.0.0.1/token', 'http://tokens.example.org/'])(
  'a registry cannot have its credentials sent to %s',
  async (realm) => {
    const env = { OCI_USERNAME: 'me', OCI_PASSWORD: 'secret' };
    const base = new URL('https://registry.example.org');
    const answer = answerChallenge(base.host, base, `Bearer realm="${realm}"`, 'acme/helmets', { env, signal: AbortSignal.timeout(10_000) });
    await expect(answer).rejects.toThrow(/refused|expected https/);
  },
);

it('a download that falls silent is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'facet-save-'));
  let isCancelled = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    await new Promise((resolve) => void setTimeout(resolve, 60_000).unref());
  }
  const download = { bytes: 8, body: body(), cancel: () => void (isCancelled = true) };
  const signal = AbortSignal.timeout(60_000);
  const saving = saveDownload(download, join(folder, 'm.onnx'), { name: 'm.onnx', maxBytes: 100, signal, note: () => undefined, silenceMs: 100 });
  await expect(saving).rejects.toEqual(new CommandError('m.onnx: no data for 0.1 s; try again later.'));
  expect(isCancelled).toBe(true);
  rmSync(folder, { recursive: true });
});

it('text of others becomes one line without control characters', () => {
  expect(plainText('MIT\u001B[2J\r\nand\u202E more')).toBe('MIT [2J and more');
  expect(plainText('x'.repeat(1000))).toHaveLength(200);
});

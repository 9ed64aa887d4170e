import { describeWithParts } from '@facet/testkit';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importModel } from '../import.ts';

/** Stands in for PyTorch, and unpickles as it does. */
const torch = `
import pickle
class nn:
    class Module: pass
class jit:
    def load(*_args, **_more): raise RuntimeError('no TorchScript')
def load(source, map_location=None, weights_only=True):
    if weights_only: raise pickle.UnpicklingError('code')
    with open(source, 'rb') as file: return pickle.load(file)
`;

/** What the code of a hostile file tries; each line that gets through is noted where the sandbox lets it write. */
const hostile = `
import os, socket, subprocess
target = os.environ['HOME']
def tried(name, attempt):
    try:
        attempt()
        result = 'done'
    except Exception as error:
        result = type(error).__name__
    with open(target + '/tried', 'a') as file: file.write(name + ' ' + result + '\\n')
tried('environment', lambda: os.environ['SECRET'])
tried('inside', lambda: open(target + '/inside', 'w').close())
tried('write', lambda: open(OUTSIDE + '/new', 'w').close())
tried('append', lambda: open(OUTSIDE + '/old', 'a').close())
tried('truncate', lambda: os.close(os.open(OUTSIDE + '/old', os.O_RDONLY | os.O_TRUNC)))
tried('remove', lambda: os.unlink(OUTSIDE + '/old'))
tried('folder', lambda: os.mkdir(OUTSIDE + '/folder'))
tried('rename', lambda: os.rename(target + '/inside', OUTSIDE + '/moved'))
tried('link', lambda: os.link(OUTSIDE + '/old', target + '/linked'))
tried('permissions', lambda: os.chmod(OUTSIDE + '/old', 0o666))
tried('loopback', lambda: socket.create_connection(('127.0.0.1', PORT), 2).close())
tried('datagram', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
tried('unix', lambda: socket.socket(socket.AF_UNIX))
tried('child', lambda: subprocess.run(['sh', '-c', 'echo > ' + OUTSIDE + '/child'], check=True, stderr=subprocess.DEVNULL))
tried('trace', lambda: open('/proc/%d/mem' % os.getppid(), 'r+b').close())
raise SystemExit('model.onnx was asked for')
`;

describeWithParts('a file of PyTorch', ['python3', 'sh'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'facet-trust-'));
  const outside = join(folder, 'outside');
  const tried = join(folder, 'tried');
  const weights = join(folder, 'evil.pt');
  const python = join(folder, 'python');
  let server: Server;
  let connections = 0;

  beforeAll(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const code = `OUTSIDE = ${JSON.stringify(outside)}\nPORT = ${(server.address() as AddressInfo).port}\n${hostile}`;
    writeFileSync(join(folder, 'torch.py'), torch);
    writeFileSync(join(folder, 'code.py'), code);
    execFileSync('python3', [
      '-c',
      `import pickle, sys
class Evil:
    def __reduce__(self): return (exec, (open(sys.argv[1]).read(), {}))
pickle.dump(Evil(), open(sys.argv[2], 'wb'))`,
      join(folder, 'code.py'),
      weights,
    ]);
    // The temporary folder goes with the import: what was noted in it is kept.
    writeFileSync(
      python,
      `#!/bin/sh\nPYTHONPATH=${folder} PYTHONDONTWRITEBYTECODE=1 python3 "$@"\ncode=$?\ncp "$HOME/tried" '${tried}' 2>/dev/null\nexit $code\n`,
    );
    chmodSync(python, 0o755);
  });
  beforeEach(() => {
    rmSync(outside, { recursive: true, force: true });
    rmSync(tried, { force: true });
    mkdirSync(outside);
    writeFileSync(join(outside, 'old'), 'old', { mode: 0o600 });
    connections = 0;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const run = async (file: string, ...more: string[]): Promise<string[]> => {
    const notes: string[] = [];
    const args = [file, '--task', 'digit', '--version', 'v1', '--models-dir', join(folder, 'models'), '--python', python, ...more];
    const env = { PATH: process.env['PATH'], SECRET: 'hunter2' };
    await importModel.run(args, { env, print: () => undefined, note: (line) => notes.push(line) });
    return notes;
  };

  it.each(['evil.pt', 'evil.pth', 'evil.onnx', 'evil.pkl', 'evil.joblib', 'evil.npy'])('as %s runs nothing without --trust', async (name) => {
    const path = join(folder, name);
    if (path !== weights) writeFileSync(path, readFileSync(weights));
    await expect(run(path)).rejects.toThrow(/ is not loaded: .*say --trust|^evil\.\w+: /);
    expect(existsSync(tried)).toBe(false);
    expect(readdirSync(outside)).toEqual(['old']);
    expect(connections).toBe(0);
  });

  it('says what it is and what to do instead', async () => {
    await expect(run(weights)).rejects.toThrow(/^evil\.pt is not loaded: files of PyTorch hold code.*Export the model to ONNX.*--trust/);
    await expect(run(weights, '--no-sandbox')).rejects.toThrow(/^--no-sandbox lets code of the file do all that you can do; say --trust as well/);
  });

  it('with --trust runs its code where it can write to its own folder and reach nothing', async () => {
    await expect(run(weights, '--trust')).rejects.toThrow('evil.pt could not be exported: model.onnx was asked for');
    const results = Object.fromEntries(
      readFileSync(tried, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' ')),
    );
    expect(results).toEqual({
      environment: 'KeyError',
      inside: 'done',
      write: 'PermissionError',
      append: 'PermissionError',
      truncate: 'PermissionError',
      remove: 'PermissionError',
      folder: 'PermissionError',
      rename: 'PermissionError',
      link: 'OSError',
      // It seems to succeed, for libraries that copy permissions, and changes nothing.
      permissions: 'done',
      loopback: 'PermissionError',
      datagram: 'PermissionError',
      unix: 'PermissionError',
      child: 'CalledProcessError',
      trace: 'PermissionError',
    });
    expect(readdirSync(outside)).toEqual(['old']);
    expect(readFileSync(join(outside, 'old'), 'utf8')).toBe('old');
    expect(statSync(join(outside, 'old')).mode & 0o777).toBe(0o600);
    expect(connections).toBe(0);
  });

  it('with --trust --no-sandbox runs its code with all rights, as the warning says', async () => {
    await expect(run(weights, '--trust', '--no-sandbox')).rejects.toThrow('could not be exported');
    expect(readFileSync(tried, 'utf8')).toContain('loopback done');
    expect(readdirSync(outside).length).toBeGreaterThan(1);
  });

  it('leaves no link to a file of somebody else as its model', async () => {
    const linking = join(folder, 'linking');
    writeFileSync(linking, `#!/bin/sh\nln -s /etc/passwd "$3"\n`);
    chmodSync(linking, 0o755);
    const args = ['--trust', '--no-sandbox', '--python', linking];
    await expect(run(weights, ...args)).rejects.toThrow('evil.pt could not be exported: Python left no file (ELOOP)');
  });
});

import { describeWithParts, freePort, startRedis, type RealServer } from '@facet/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisLink, type RedisFault } from './index.ts';
import { Redis } from './new-client.ts';

interface Watched {
  readonly link: RedisLink;
  readonly log: { readonly message: string; readonly code?: string; readonly reason?: string }[];
  readonly health: boolean[];
  readonly errors: RedisFault[];
}

async function watch(url: string): Promise<Watched> {
  const log: Watched['log'] = [];
  const [health, errors]: [boolean[], RedisFault[]] = [[], []];
  const add = (details: object, message: string) => void log.push({ ...details, message });
  const link = await RedisLink.open(url, { info: add, warn: add }, { onHealth: (isUp) => health.push(isUp), onError: (fault) => errors.push(fault) }, 200);
  return { link, log, health, errors };
}

async function until(holds: () => boolean, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) if (holds()) return;
  throw new Error(`not within ${ms} ms: ${String(holds)}`);
}

describeWithParts('a Redis that answers with errors', ['redis-server'], () => {
  let redis: RealServer;
  let watched: Watched;
  beforeAll(async () => {
    redis = await startRedis();
    watched = await watch(redis.url);
  });
  afterAll(async () => {
    watched.link.close();
    await redis.remove();
  });

  it.each([
    ['READONLY', ['replicaof', '127.0.0.1', '1'], ['replicaof', 'no', 'one']],
    ['OOM', ['config', 'set', 'maxmemory', '1'], ['config', 'set', 'maxmemory', '0']],
    ['NOREPLICAS', ['config', 'set', 'min-replicas-to-write', '1'], ['config', 'set', 'min-replicas-to-write', '0']],
    ['NOPERM', ['acl', 'setuser', 'default', '-set', '-eval'], ['acl', 'setuser', 'default', '+@all']],
  ] as const)('%s: the log and the metric have it after the next probe, commands are spared, and it is used again after', async (code, breakIt, mendIt) => {
    const { link, log, health, errors } = watched;
    await until(() => link.isUp);
    log.length = 0;
    errors.length = 0;
    const admin = new Redis(redis.url);
    await admin.call(breakIt[0], ...breakIt.slice(1));
    await until(() => !link.isUp);
    expect(health.at(-1)).toBe(false);
    expect(log[0]).toMatchObject({ message: 'Redis returns errors; continuing without it', code });
    expect(errors).toContain(code);
    expect(await link.attempt((client) => client.get('a'))).toBeUndefined();
    const probes = health.length;
    await until(() => health.length >= probes + 3);
    // Once, however often it is probed.
    expect(log).toHaveLength(1);
    await admin.call(mendIt[0], ...mendIt.slice(1));
    await until(() => link.isUp);
    expect(await link.attempt((client) => client.set('a', '1'))).toBe('OK');
    expect(health.at(-1)).toBe(true);
    admin.disconnect();
  });

  it('a command that is refused for itself leaves the link up, and is counted', async () => {
    const { link, errors } = watched;
    await until(() => link.isUp);
    errors.length = 0;
    await link.client.set('text', 'x');
    expect(await link.attempt((client) => client.lpush('text', 'y'))).toBeUndefined();
    expect(link.isUp).toBe(true);
    expect(errors).toEqual(['other']);
  });
});

describeWithParts('kinds of Redis', ['redis-server', 'openssl'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-kinds-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('a node of a Redis Cluster is refused at the start, with one sentence', async () => {
    const redis = await startRedis(['--cluster-enabled', 'yes']);
    await expect(watch(redis.url)).rejects.toThrow('REDIS_URL names a node of a Redis Cluster, which is not supported');
    await redis.remove();
  });

  it('an ACL user with the rights that it needs; a wrong password is logged, itself never', async () => {
    const redis = await startRedis();
    const admin = new Redis(redis.url);
    await admin.call('acl', 'setuser', 'facet', 'on', '>se:cret', '~facet:*', '+@all', '-@dangerous');
    const address = new URL(redis.url).host;
    const good = await watch(`redis://facet:se%3Acret@${address}`);
    await until(() => good.link.isUp);
    expect(await good.link.attempt((client) => client.set('facet:a', '1'))).toBe('OK');
    const bad = await watch(`redis://facet:hunter2@${address}`);
    await until(() => bad.log.length > 0);
    expect(bad.link.isUp).toBe(false);
    expect(bad.log[0]!.code).toBe('WRONGPASS');
    expect(JSON.stringify(bad.log)).not.toContain('hunter2');
    admin.disconnect();
    for (const { link } of [good, bad]) link.close();
    await redis.remove();
  });

  it('TLS with an authority of its own; without it the link says why it is down', async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=redis',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      { stdio: 'ignore' },
    );
    const redis = await startRedis(['--tls-port', '0', '--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no']);
    const script = join(folder, 'link.ts');
    writeFileSync(
      script,
      `import { RedisLink } from ${JSON.stringify(join(__dirname, 'index.ts'))};
       const say = (details, message) => console.log(JSON.stringify({ message, ...details }));
       const link = await RedisLink.open(${JSON.stringify(redis.url)}, { info: say, warn: say });
       link.close();`,
    );
    const run = async (env: Record<string, string>): Promise<string> => {
      const child = spawn(process.execPath, ['--conditions=source', script], { env });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await new Promise((resolve) => child.once('close', resolve));
      return output;
    };
    expect(await run({ NODE_EXTRA_CA_CERTS: certificate })).toContain('Redis is available"');
    expect(await run({})).toMatch(/Redis is unreachable.*self-signed certificate/);
    await redis.remove();
  });

  it('Sentinel: follows the primary when another server becomes it', async () => {
    const [first, second] = [await startRedis(), await startRedis()];
    const portOf = ({ url }: RealServer) => new URL(url).port;
    const admin = new Redis(second.url);
    await admin.call('replicaof', '127.0.0.1', portOf(first));
    const config = join(folder, 'sentinel.conf');
    writeFileSync(
      config,
      `sentinel monitor main 127.0.0.1 ${portOf(first)} 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n`,
    );
    const port = await freePort();
    const sentinel = spawn('redis-server', [config, '--sentinel', '--port', String(port), '--bind', '127.0.0.1'], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env['PATH']}:${process.env['CLUSTER_CACHE'] ?? `${process.env['HOME']}/.cache/test-cluster`}/bin` },
    });
    const { link } = await watch(`redis+sentinel://127.0.0.1:${port}/main`);
    const asked = new Redis(port, '127.0.0.1');
    try {
      await until(() => link.isUp);
      await link.client.set('before', '1');
      // A failover needs a replica that Sentinel knows and that has what was written.
      const isKnown = async () => JSON.stringify(await asked.call('sentinel', 'replicas', 'main')).includes('"master-link-status","ok"');
      for (let tries = 0; tries < 300 && !((await isKnown()) && (await admin.get('before')) === '1'); tries += 1) await sleep(50);
      await first.stop();
      await until(() => !link.isUp);
      await until(() => link.isUp);
      expect(await link.attempt((client) => client.get('before'))).toBe('1');
      expect(await link.attempt((client) => client.set('after', '1'))).toBe('OK');
    } finally {
      link.close();
      for (const client of [admin, asked]) client.disconnect();
      sentinel.kill();
      await Promise.all([first.remove(), second.remove()]);
    }
  });
});

import { describeWithParts, spawnService, type SpawnedService } from '@facet/testkit';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';

/** Asks openssl for a certificate that signs itself. */
function makeCertificate(directory: string): { key: string; cert: string } {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', '-days', '2', '-subj', '/CN=localhost', '-addext', names, ...made], { stdio: 'pipe' });
  return { key, cert };
}

describeWithParts('a service behind TLS', ['openssl'], () => {
  let directory: string;
  let certificate: string;
  let service: Server;
  let connections = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'facet-tls-'));
    const made = makeCertificate(directory);
    certificate = made.cert;
    service = createServer({ key: await readFile(made.key), cert: await readFile(made.cert) }, (incoming, response) => {
      incoming.resume();
      incoming.once('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify({ path: incoming.url, pad: 'x'.repeat(100_000) })));
    }).listen(0);
    service.on('secureConnection', () => (connections += 1));
    await once(service, 'listening');
  });
  afterAll(async () => {
    service.closeAllConnections();
    service.close();
    await rm(directory, { recursive: true });
  });

  async function withGateway(host: string, env: Readonly<Record<string, string>>, work: (gateway: SpawnedService) => Promise<void>): Promise<void> {
    const { port } = service.address() as AddressInfo;
    const gateway = await spawnService('gateway', { GESTURE_URL: `https://${host}:${port}`, ...env });
    try {
      await work(gateway);
    } finally {
      await gateway.stop();
    }
  }

  it.each(['localhost', '127.0.0.1'])('is asked over connections that stay, as %s', (host) =>
    withGateway(host, { NODE_EXTRA_CA_CERTS: certificate }, async (gateway) => {
      connections = 0;
      for (let count = 0; count < 3; count += 1) {
        const { body } = await request(gateway.url).post('/gesture/v1/predict').send({ landmarks: [] }).expect(200);
        expect(body).toMatchObject({ path: '/v1/predict' });
        expect(body.pad).toHaveLength(100_000);
      }
      expect(connections).toBe(1);
    }),
  );

  it('is not asked when nobody vouches for its certificate', () =>
    withGateway('localhost', {}, async (gateway) => {
      const { body } = await request(gateway.url).post('/gesture/v1/predict').send({ landmarks: [] }).expect(503);
      expect(body.code).toBe('upstream-unavailable');
    }));
});

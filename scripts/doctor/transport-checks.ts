import { fail, ok, skip, warn, type Check, type Finding } from './check.ts';
import { Target } from './target.ts';

/** How bytes travel between clients and the suite. */
export const transportChecks: readonly Check[] = [
  {
    id: 'tls',
    title: 'Clients connect over TLS',
    run(target): Promise<Finding> {
      if (target.url.protocol === 'https:') return Promise.resolve(ok('https'));
      return Promise.resolve(
        target.isLoopback
          ? skip('loopback; run the check against the public URL as well')
          : fail('Keys and images travel in clear text. Terminate TLS at the edge.'),
      );
    },
  },
  {
    id: 'tls-redirect',
    title: 'Port 80 redirects to TLS',
    async run(target) {
      if (target.url.protocol !== 'https:' || target.isLoopback) return skip('no public https URL');
      try {
        const { status, headers } = await new Target(`http://${target.url.hostname}`).send({ target: '/health' });
        if (status >= 301 && status <= 308 && headers['location']?.startsWith('https://')) return ok(`status ${status}`);
        return fail(`http://${target.url.hostname}/health got ${status}, expected a redirect to https. Set the redirect in the ingress values.`);
      } catch {
        return ok('port 80 is closed');
      }
    },
  },
  {
    id: 'hsts',
    title: 'HSTS: browsers use TLS only',
    async run(target) {
      if (target.url.protocol !== 'https:' || target.isLoopback) return skip('no public https URL');
      const { headers } = await target.send({ target: '/health' });
      return headers['strict-transport-security'] === undefined
        ? warn('Strict-Transport-Security is missing. Add it at the edge that terminates TLS.')
        : ok(headers['strict-transport-security']);
    },
  },
];

/** A service's own address, which nothing but the gateway may use. */
export function serviceCheck(url: string): Check {
  return {
    id: 'service',
    title: `${url} serves the gateway alone`,
    async run() {
      const service = new Target(url);
      try {
        const { status } = await service.send({ method: 'POST', target: '/predict', headers: { 'content-type': 'application/json' }, body: '{' });
        if (status === 401 || status === 403) return ok(`status ${status}`);
        return fail(`It returned ${status} to a caller other than the gateway. Apply the NetworkPolicy, and set SERVICE_TOKEN on both sides.`);
      } catch (error) {
        return ok(`not reachable from here (${(error as Error).message})`);
      }
    },
  };
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Contestant } from '../contestants/contestant.ts';
import { facet } from '../contestants/facet.ts';

const run = promisify(execFile);

/** The smallest configuration that does a proxy's work: HTTP/1.1 in and out, connections kept on both sides, a thread a core, no access log. */
function configuration(port: number, servicePort: number): string {
  const address = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'service', timeout: '30s' } }];
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'door',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
  };
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: address(servicePort) } }] }];
  return JSON.stringify({
    static_resources: {
      listeners: [{ name: 'door', address: address(port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] }],
      clusters: [{ name: 'service', type: 'STATIC', load_assignment: { cluster_name: 'service', endpoints } }],
    },
  });
}

/** What a proxy costs that is written in C++ for nothing else. */
export const envoy: Contestant = {
  name: 'envoy',
  title: 'Envoy',
  async prepare() {
    await run('envoy', ['--version']).catch((cause: unknown) => {
      throw new Error('there is no `envoy` on the PATH', { cause });
    });
  },
  async launches(task, freePort) {
    const { launches, port: servicePort } = await facet.launches(task, freePort);
    const port = await freePort();
    const args = ['--config-yaml', configuration(port, servicePort), '--concurrency', '2', '--disable-hot-restart', '--log-level', 'error'];
    return { launches: [...launches, { command: 'envoy', args }], behind: launches.length, port, path: '/v1/predict' };
  },
};

import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Conditions {
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
}

interface Stored {
  readonly kind: 'EndpointSlice';
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly resourceVersion: string };
  readonly [field: string]: unknown;
}

const namespace = 'vision';
const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
const serviceLabel = 'kubernetes.io/service-name';

/** The part of an API server that discovery talks to: list and watch of EndpointSlices, with everything that can go wrong with them. */
export class FakeApi {
  /** Requests so far, as `list` and `watch <version>`. */
  readonly asked: string[] = [];
  /** Answers everything with this status instead. */
  refuseWith: number | undefined;
  readonly #slices = new Map<string, Stored>();
  readonly #watchers = new Set<{ response: ServerResponse; services: readonly string[] }>();
  #version = 100;
  /** Versions below are forgotten: a watch from there gets 410. */
  #oldest = 0;
  #server: Server | undefined;
  #port = 0;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => this.#answer(new URL(request.url ?? '/', 'http://api'), response)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The server is gone until the next start. */
  stop(): void {
    this.cut();
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** As JSON, which is YAML too. */
  kubeconfig(): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace } }],
      // The client speaks plain HTTP only where certificates are not to be looked at.
      clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${this.#port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'test', user: { token: 'let-me-in' } }],
    });
  }

  /** Sets the one slice of a Service: each address with what the cluster says of it; nothing said means ready. */
  set(service: string, port: number, addresses: Readonly<Record<string, Conditions>>): void {
    const name = `${service}-abcde`;
    const known = this.#slices.has(name);
    this.#version += 1;
    const slice: Stored = {
      kind: 'EndpointSlice',
      apiVersion: 'discovery.k8s.io/v1',
      metadata: { name, namespace, labels: { [serviceLabel]: service }, resourceVersion: String(this.#version) },
      addressType: 'IPv4',
      ports: [
        { name: 'metrics', port: 1, protocol: 'TCP' },
        { name: 'http', port, protocol: 'TCP' },
      ],
      endpoints: Object.entries(addresses).map(([address, said]) => ({
        addresses: [address],
        conditions: { ready: true, serving: said.ready ?? true, terminating: false, ...said },
      })),
    };
    this.#slices.set(name, slice);
    this.#tell(known ? 'MODIFIED' : 'ADDED', slice);
  }

  delete(service: string): void {
    const slice = this.#slices.get(`${service}-abcde`)!;
    this.#slices.delete(slice.metadata.name);
    this.#version += 1;
    this.#tell('DELETED', { ...slice, metadata: { ...slice.metadata, resourceVersion: String(this.#version) } });
  }

  bookmark(): void {
    this.#version += 10;
    for (const { response } of this.#watchers)
      write(response, { type: 'BOOKMARK', object: { kind: 'EndpointSlice', metadata: { resourceVersion: String(this.#version) } } });
  }

  /** Forgets what was, and tells those who watch. */
  compact(): void {
    this.#version += 100;
    this.#oldest = this.#version;
    for (const { response } of this.#watchers) {
      write(response, { type: 'ERROR', object: { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 } });
      response.end();
    }
    this.#watchers.clear();
  }

  /** Breaks every watch off without a word; what changes until they are back they miss. */
  cut(): void {
    for (const { response } of this.#watchers) response.destroy();
    this.#watchers.clear();
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  #tell(type: string, object: Stored): void {
    const service = object.metadata.labels[serviceLabel]!;
    for (const { response, services } of this.#watchers) if (services.includes(service)) write(response, { type, object });
  }

  #answer(url: URL, response: ServerResponse): void {
    const services = /^kubernetes\.io\/service-name in \((.*)\)$/.exec(url.searchParams.get('labelSelector') ?? '')?.[1]?.split(',') ?? [];
    const watches = url.searchParams.get('watch') === 'true';
    const from = Number(url.searchParams.get('resourceVersion'));
    this.asked.push(watches ? `watch ${from}` : 'list');
    response.setHeader('content-type', 'application/json');
    const status = this.refuseWith ?? (url.pathname === path ? 200 : 404);
    if (status !== 200) {
      response.writeHead(status).end(JSON.stringify({ kind: 'Status', status: 'Failure', code: status }));
      return;
    }
    const matching = [...this.#slices.values()].filter(({ metadata }) => services.includes(metadata.labels[serviceLabel]!));
    if (!watches) {
      response.end(JSON.stringify({ kind: 'EndpointSliceList', metadata: { resourceVersion: String(this.#version) }, items: matching }));
      return;
    }
    response.writeHead(200).flushHeaders();
    if (from < this.#oldest) {
      write(response, { type: 'ERROR', object: { kind: 'Status', code: 410 } });
      response.end();
      return;
    }
    // What happened since is told first; deletions while nobody watched are beyond this fake.
    for (const slice of matching) if (Number(slice.metadata.resourceVersion) > from) write(response, { type: 'MODIFIED', object: slice });
    const watcher = { response, services };
    this.#watchers.add(watcher);
    response.once('close', () => this.#watchers.delete(watcher));
  }
}

function write(response: ServerResponse, event: object): void {
  response.write(`${JSON.stringify(event)}\n`);
}

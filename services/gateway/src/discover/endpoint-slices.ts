import type { EndpointState } from '../forward/endpoint.ts';
import type { EndpointStates } from '../forward/upstream.ts';

/** What matters here of a `discovery.k8s.io/v1` EndpointSlice. */
export interface EndpointSlice {
  readonly addressType: string;
  readonly metadata: { readonly name: string; readonly resourceVersion?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        /** Each may be absent or null, which says nothing. */
        readonly conditions?: { readonly ready?: boolean | null; readonly serving?: boolean | null; readonly terminating?: boolean | null };
      }[]
    | null;
  readonly ports?: readonly { readonly name?: string | null; readonly port?: number | null }[] | null;
}

/** The label that says which Service a slice is for. */
export const serviceLabel = 'kubernetes.io/service-name';

type Conditions = NonNullable<NonNullable<EndpointSlice['endpoints']>[number]['conditions']>;

/** Silence means ready, and serving where it is ready (the API's own reading). A terminating pod is never ready, whatever else is said. */
function stateOf({ ready, serving, terminating }: Conditions): EndpointState {
  if ((ready ?? true) && !terminating) return 'ready';
  return (serving ?? ready ?? true) ? 'serving' : 'unready';
}

/** Better ones first: an address that stands in two slices counts as the better. */
const order: readonly EndpointState[] = ['ready', 'serving', 'unready'];

/**
 * The endpoints that the slices of one Service list, by origin.
 *
 * @param scheme of the URL that names the Service, such as `http:`
 */
export function endpointsOf(slices: Iterable<EndpointSlice>, scheme: string): EndpointStates {
  const states = new Map<string, EndpointState>();
  for (const { addressType, endpoints, ports } of slices) {
    const port = (ports?.find(({ name }) => name === 'http') ?? (ports?.length === 1 ? ports[0] : undefined))?.port;
    if (!port || addressType === 'FQDN') continue;
    for (const { addresses, conditions = {} } of endpoints ?? []) {
      // All addresses of one endpoint are the same pod; the API says to use the first.
      const [address] = addresses;
      if (address === undefined) continue;
      const origin = `${scheme}//${addressType === 'IPv6' ? `[${address}]` : address}:${port}`;
      const [known, state] = [states.get(origin), stateOf(conditions)];
      if (known === undefined || order.indexOf(state) < order.indexOf(known)) states.set(origin, state);
    }
  }
  return states;
}

import type { Plane } from '@facet/contracts';
import { Problem } from '@facet/problem';

/** Which calls the operations port serves, and whether the other port goes on serving them. */
export interface OperationsPort {
  readonly planeOf: (path: string) => Plane;
  /** For a service, whose other port is reached by the gateway alone. */
  readonly isOnBothPorts: boolean;
}

/** A route, and which port serves it, once that has been looked up. */
interface PlacedRoute {
  readonly path: string;
  plane?: Plane;
}

/** @throws {Problem} `not-found` where the port that a request came by does not serve its route */
export function requirePort(
  { planeOf, isOnBothPorts }: OperationsPort,
  route: PlacedRoute,
  { isByOperationsPort = false }: { readonly isByOperationsPort?: boolean },
): void {
  const plane = (route.plane ??= planeOf(route.path));
  if (plane === 'both') return;
  if (isByOperationsPort && plane === 'public') throw new Problem('not-found', 'The operations port serves operations only; use the public port.');
  if (!isByOperationsPort && plane === 'operations' && !isOnBothPorts)
    throw new Problem('not-found', 'Operations are served on a separate port (OPERATIONS_PORT).');
}

/** Where one address of `HOST` is listened on. */
export interface ListenAddress {
  readonly host: string;
  /** Listened on instead where the machine has no IPv6. */
  readonly fallback?: string;
  /** Left out where the machine has no such address: `localhost` without IPv6. */
  readonly isOptional?: boolean;
}

const loopback: readonly ListenAddress[] = [{ host: '127.0.0.1' }, { host: '::1', isOptional: true }];

/**
 * The addresses that a list such as `HOST=127.0.0.1,fd00::5` names.
 *
 * `localhost` is both loopback addresses, since clients resolve it to either; `::` is all addresses of both families.
 */
export function listenAddresses(hosts: readonly string[]): readonly ListenAddress[] {
  return hosts.flatMap((host) => {
    const bare = host.replace(/^\[|\]$/g, '');
    if (bare === 'localhost') return loopback;
    return bare === '::' ? [{ host: '::', fallback: '0.0.0.0' }] : [{ host: bare }];
  });
}

/** True where nothing but this machine reaches what listens there. */
export function isLoopbackOnly(hosts: readonly string[]): boolean {
  return listenAddresses(hosts).every(({ host }) => host === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(host));
}

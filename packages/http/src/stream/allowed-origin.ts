import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page may open a stream here: browsers let any page connect anywhere by WebSocket and only say where the page came from.
 *
 * @param origins further origins that may, or `*`
 */
export function isAllowedOrigin({ origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>, origins: readonly string[] = []): boolean {
  if (origin === undefined || origins.includes('*') || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

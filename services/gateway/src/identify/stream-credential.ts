import { bearerProtocol } from '@facet/contracts';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Browsers cannot set headers with a handshake, but the subprotocols that they offer are one: a credential among them goes where a request
 * has it, and is taken out, so that it is never said again.
 */
export function takeStreamCredential(headers: IncomingHttpHeaders): void {
  const offered = headers['sec-websocket-protocol'];
  if (!offered?.includes(bearerProtocol)) return;
  const protocols = offered.split(',').map((protocol) => protocol.trim());
  const credential = protocols.find((protocol) => protocol.startsWith(bearerProtocol))?.slice(bearerProtocol.length);
  headers['sec-websocket-protocol'] = protocols.filter((protocol) => !protocol.startsWith(bearerProtocol)).join(', ');
  if (headers['sec-websocket-protocol'] === '') delete headers['sec-websocket-protocol'];
  if (credential && headers['x-api-key'] === undefined) headers.authorization ??= `Bearer ${credential}`;
}

import type { IncomingMessage } from 'node:http';
import type { Identity } from '../identify/identity.ts';
import type { RequiredScope } from '../identify/required-scope.ts';

/** A request, or the handshake of a stream, that asks for access. */
export interface AccessRequest<Answer> {
  readonly request: IncomingMessage;
  readonly notes: Record<string, unknown>;
  readonly needed: RequiredScope;
  /** Calls back once it is over, at once where its client has left already: everything here takes time, and clients leave meanwhile. */
  readonly onEnd: (callback: () => void) => void;
  /** What is done once it is let in. */
  readonly proceed: (identity: Identity | undefined) => Answer | Promise<Answer>;
}

/** An access request whose caller may do what it asks for; without an identity the caller is anonymous. */
export interface AuthenticatedRequest<Answer> extends AccessRequest<Answer> {
  readonly identity: Identity | undefined;
}

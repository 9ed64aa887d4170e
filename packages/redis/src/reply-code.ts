/** Errors by which Redis says that it does not do its work at all, whatever it is asked. */
const states = [
  'READONLY',
  'MOVED',
  'ASK',
  'CLUSTERDOWN',
  'CROSSSLOT',
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
  'LOADING',
  'MISCONF',
  'OOM',
  'MASTERDOWN',
  'NOREPLICAS',
  'BUSY',
] as const;

/** What a link to Redis suffers from, as the log and the metric name it. */
export type RedisFault = (typeof states)[number] | 'CLUSTER' | 'connection' | 'timeout' | 'other';

const state = new RegExp(`\\b(${states.join('|')})\\b`);
const codeMaxLength = 200;

/** What an error of the client or of Redis means; `other` is about one command and says nothing of the link. */
export function faultOf(error: Error & { readonly code?: unknown; readonly previousErrors?: readonly Error[] }): RedisFault {
  if (error.name === 'ReplyError') {
    // A transaction is refused because of a command in it; a script's error names the code behind words of its own.
    const text = error.previousErrors?.[0]?.message ?? error.message;
    return (state.exec(text.slice(0, codeMaxLength))?.[1] as RedisFault | undefined) ?? 'other';
  }
  if (error.message === 'Command timed out') return 'timeout';
  return typeof error.code === 'string' || /connection|stream|retries/i.test(error.message) ? 'connection' : 'other';
}

/** Errors after which a new connection may do: the name leads to another server by now, or the password is right by now. */
export function isMendedByReconnecting(error: Error): boolean {
  return ['READONLY', 'MASTERDOWN', 'NOAUTH'].includes(faultOf(error));
}

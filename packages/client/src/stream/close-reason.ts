import { FacetError } from '../facet-error.ts';

const ofCode: Readonly<Record<number, { readonly status: number; readonly code: string }>> = {
  1009: { status: 413, code: 'body-too-large' },
  4401: { status: 401, code: 'unauthenticated' },
  4408: { status: 408, code: 'idle' },
  4429: { status: 429, code: 'rate-limited' },
};

/** Closed on purpose or for what was sent: another connection would end in the same way. */
const finalCodes = [1000, 1002, 1003, 1007, 1008, 1009];

/** Why there is no stream, and whether there will never be one. */
export interface CloseReason {
  readonly error: FacetError;
  readonly isFinal: boolean;
}

/** What a stream that was open closed for. Where the key has gone or a limit is used up, the next handshake will tell. */
export function closeReasonOf(closeCode: number, reason: string): CloseReason {
  const known = ofCode[closeCode];
  const message = `the stream was closed with ${closeCode}${reason === '' ? '' : `: ${reason}`}`;
  // Where a limit ended it, the reason is the code of its problem.
  const code = closeCode === 4429 && reason !== '' ? reason : (known?.code ?? 'unreachable');
  return { error: new FacetError(message, { status: known?.status, code, requestId: undefined }), isFinal: finalCodes.includes(closeCode) };
}

/** What a handshake was refused for. 426 is no refusal: it says that a WebSocket would have been let in. */
export function refusalOf(error: FacetError): CloseReason {
  const { status = 0 } = error;
  return { error, isFinal: status >= 400 && status < 500 && ![408, 426, 429].includes(status) };
}

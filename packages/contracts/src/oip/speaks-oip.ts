const operations = /^(?:\/[^/]+)?\/v2(?:$|\/(?!predict$))/;
const below = /^(?:\/[^/?]+)?\/v2(?:[/?]|$)/;

/**
 * True for the declared path of an operation of the Open Inference Protocol, whose clients read errors as `{"error": "…"}` and nothing else.
 *
 * `/v2/predict` is not one: that is version 2 of a task's own call.
 */
export function speaksOip(path: string): boolean {
  return operations.test(path);
}

/** True for a request target below the protocol's prefix that no operation matches: its sender most likely speaks the protocol. */
export function isBelowOip(target: string): boolean {
  return below.test(target);
}

/** The protocol knows one status for all that a request can have wrong. */
export function oipStatus(status: number): number {
  return status === 415 || status === 422 ? 400 : status;
}

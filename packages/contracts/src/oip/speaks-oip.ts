const paths = /^(?:\/(?:gesture|digit|detection))?\/v2\/?(?:$|[?]|(?:health|models|repository)(?:[/?]|$))/;

/**
 * True for a path of the Open Inference Protocol, whose clients read errors as `{"error": "…"}` and nothing else.
 *
 * `/v2/predict` is not one: that is version 2 of a task's own call.
 */
export function speaksOip(path: string): boolean {
  return paths.test(path);
}

/** The protocol knows one status for all that a request can have wrong. */
export function oipStatus(status: number): number {
  return status === 415 || status === 422 ? 400 : status;
}

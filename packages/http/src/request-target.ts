/** A request target in origin form, in the one reading that it has. */
export interface RequestTarget {
  /** Without a slash at its end, so that one route has one spelling. */
  readonly path: string;
  /** With its `?`; empty where there is none. */
  readonly query: string;
  readonly hasTrailingSlash: boolean;
}

const [questionMark, hash, percent, slash, backslash, space, del] = [0x3f, 0x23, 0x25, 0x2f, 0x5c, 0x20, 0x7f];

/**
 * Reads a request target, in one pass.
 *
 * What two readers could take for two paths is refused: other forms than the origin form, fragments, backslashes, encoded slashes, dot
 * segments, empty segments, control bytes, and escapes that cannot be decoded.
 *
 * @returns the target, or a sentence that says why it is refused
 */
export function readTarget(target: string): RequestTarget | string {
  if (target.charCodeAt(0) !== slash) return "The request target must begin with '/' (origin form).";
  let end = target.length;
  let hasEscapes = false;
  let hasDotSegments = false;
  for (let at = 0; at < target.length; at += 1) {
    const code = target.charCodeAt(at);
    if (code === hash) return "The request target must not contain '#'; clients keep fragments to themselves.";
    if (code <= space || code === del) return 'The request target must not contain spaces or control bytes.';
    if (end < target.length) continue;
    if (code === questionMark) end = at;
    else if (code === backslash) return 'The path must not contain a backslash.';
    else if (code > del) return 'The path must be ASCII; percent-encode everything else.';
    else if (code === percent) hasEscapes = true;
    else if (code === slash) {
      const next = target.charCodeAt(at + 1);
      if (next === slash) return 'The path must not contain empty segments (//).';
      if (next === 0x2e) hasDotSegments ||= isDots(target, at + 1);
    }
  }
  if (hasDotSegments) return "The path must not contain the segments '.' and '..'.";
  const hasTrailingSlash = end > 1 && target.charCodeAt(end - 1) === slash;
  const path = target.slice(0, hasTrailingSlash ? end - 1 : end);
  const fault = hasEscapes ? faultOfEscapes(path) : undefined;
  return fault ?? { path, query: target.slice(end), hasTrailingSlash };
}

/** Whether the segment that begins here is `.` or `..`. */
function isDots(target: string, at: number): boolean {
  const next = target.charCodeAt(at + 1) === 0x2e ? at + 2 : at + 1;
  const code = target.charCodeAt(next);
  return Number.isNaN(code) || code === slash || code === questionMark;
}

function faultOfEscapes(path: string): string | undefined {
  for (const segment of path.split('/')) {
    let decoded: string;
    try {
      decoded = decodeURIComponent(segment);
    } catch {
      return 'The path cannot be decoded: percent-encode UTF-8.';
    }
    if (decoded === '.' || decoded === '..') return "The path must not contain the segments '.' and '..', encoded or not.";
    if (/[/\\\p{Cc}]/u.test(decoded)) return 'The path must not contain encoded slashes, backslashes or control bytes.';
  }
  return undefined;
}

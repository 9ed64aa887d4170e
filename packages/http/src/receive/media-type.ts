import { Problem } from '@facet/problem';

/** What a Content-Type says of a body. */
export interface MediaType {
  /** In small letters, such as `multipart/form-data`; empty where there is none. */
  readonly type: string;
  /** What divides the parts of a multipart body. */
  readonly boundary: string | undefined;
}

/** One parameter, or none between two semicolons: name, plain value, quoted value. Values that should be quoted and are not are read up to the next blank or semicolon. */
const parameter = /[ \t]*;[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"\\]+)))?[ \t]*/y;

/** RFC 2046, section 5.1.1, with those characters that clients use besides; no quotation mark and no backslash, so that it can be quoted. */
const boundaryPattern = /^[\x20-\x7e]{0,69}[\x21-\x7e]$/;

/**
 * Reads a Content-Type (RFC 9110, section 8.3.1). The gateway and the services both read it with this, and refuse what two readers could
 * understand in two ways: else one of them would see another body than the other.
 *
 * @throws {Problem} `malformed-request`
 */
export function parseMediaType(contentType: string): MediaType {
  const end = contentType.indexOf(';');
  const type = (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
  return { type, boundary: end < 0 ? undefined : boundaryOf(contentType, end) };
}

function boundaryOf(contentType: string, from: number): string | undefined {
  const names = new Set<string>();
  let boundary: string | undefined;
  parameter.lastIndex = from;
  while (parameter.lastIndex < contentType.length) {
    const match = parameter.exec(contentType);
    if (!match) throw malformed('has parameters that are not of the form name=value');
    const name = match[1]?.toLowerCase();
    if (name === undefined) continue;
    if (names.has(name)) throw malformed(`has the parameter '${name.slice(0, 40)}' more than once`);
    names.add(name);
    if (name === 'boundary') boundary = match[3] ?? match[2]!;
  }
  if (boundary !== undefined && (!boundaryPattern.test(boundary) || /["\\]/.test(boundary))) throw malformed('has no boundary of 1 to 70 printable characters');
  return boundary;
}

function malformed(what: string): Problem {
  return new Problem('malformed-request', `The Content-Type ${what}.`);
}

/**
 * Whether a request has more than one `Host` line, of which two readers could take different ones (RFC 9112, section 3.2). Node gives the first.
 *
 * @param rawHeaders names and values in turn
 */
export function hasRepeatedHost(rawHeaders: readonly string[]): boolean {
  let isSeen = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    // The length first: this is done for every request.
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (isSeen) return true;
    isSeen = true;
  }
  return false;
}

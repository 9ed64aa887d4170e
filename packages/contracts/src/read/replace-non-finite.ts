const [quote, backslash, minus] = [0x22, 0x5c, 0x2d];
const replacement = Buffer.from('null');
/** NaN and the infinities, which Python's json module writes though JSON has no such words, by their first byte. */
const literals = new Map([Buffer.from('NaN'), Buffer.from('Infinity')].map((literal) => [literal[0]!, literal]));

/** Bytes of names and numbers: beside one of them a literal is part of something longer. */
const isWordByte = new Uint8Array(256);
for (const character of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz') isWordByte[character.charCodeAt(0)] = 1;

/**
 * Writes `null` in place of `NaN`, `Infinity` and `-Infinity` outside of strings, in one pass over the document.
 *
 * @param json a document that is no JSON
 * @returns undefined when it has no such literal
 */
export function replaceNonFinite(json: Buffer): Buffer | undefined {
  let corrected: Buffer | undefined;
  let written = 0;
  let copiedUntil = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at]!;
    if (byte === quote) {
      at = endOfString(json, at);
      continue;
    }
    const literal = byte === 0x4e || byte === 0x49 ? literals.get(byte)! : undefined;
    if (literal === undefined || !isWholeLiteral(json, at, literal)) continue;
    // The shortest literal grows by a byte, so that the result is at most a third longer.
    corrected ??= Buffer.allocUnsafe(json.length + Math.ceil(json.length / literals.get(0x4e)!.length));
    const from = json[at - 1] === minus ? at - 1 : at;
    written += json.copy(corrected, written, copiedUntil, from);
    written += replacement.copy(corrected, written);
    copiedUntil = at + literal.length;
    at = copiedUntil - 1;
  }
  if (!corrected) return undefined;
  written += json.copy(corrected, written, copiedUntil);
  return corrected.subarray(0, written);
}

/** Offset of the quote that ends a string; the end of the document where none does. */
function endOfString(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const byte = json[at]!;
    if (byte === quote) return at;
    if (byte === backslash) at += 1;
  }
  return json.length;
}

function isWholeLiteral(json: Buffer, at: number, literal: Buffer): boolean {
  const end = at + literal.length;
  for (let offset = 1; offset < literal.length; offset += 1) if (json[at + offset] !== literal[offset]) return false;
  return !(at > 0 && isWordByte[json[at - 1]!]) && !(end < json.length && isWordByte[json[end]!]);
}

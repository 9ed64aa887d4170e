export const glyphWidth = 5;
export const glyphHeight = 7;

/** Seven rows of five bits a glyph, a base-32 digit each. Drawn here because slim containers have no fonts. */
const rows: Readonly<Record<string, string>> = {
  A: 'ehhvhhh', B: 'uhhuhhu', C: 'ehggghe', D: 'uhhhhhu', E: 'vgguggv', F: 'vgguggg', G: 'ehgnhhf', H: 'hhhvhhh', I: 'e44444e',
  J: '72222ic', K: 'hikokih', L: 'ggggggv', M: 'hrllhhh', N: 'hhpljhh', O: 'ehhhhhe', P: 'uhhuggg', Q: 'ehhhlid', R: 'uhhukih',
  S: 'fgge11u', T: 'v444444', U: 'hhhhhhe', V: 'hhhhha4', W: 'hhhllla', X: 'hha4ahh', Y: 'hhha444', Z: 'v1248gv',
  0: 'ehjlphe', 1: '4c4444e', 2: 'eh1248v', 3: 'v2421he', 4: '26aiv22', 5: 'vgu11he', 6: '68guhhe', 7: 'v124888', 8: 'ehhehhe', 9: 'ehhf12c',
  ' ': '0000000', '.': '00000cc', ',': '0000c48', ':': '0cc0cc0', '-': '000v000', _: '000000v', '+': '044v440', '/': '11248gg', '%': 'op248j3',
  '(': '2488842', ')': '8422248', '&': 'cik8lid', "'": 'c480000', '?': 'eh12404',
}; // prettier-ignore

/** The text as it can be drawn: capitals without accents, `?` for what has no glyph. */
export function toDrawable(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return Array.from(plain, (character) => (Object.hasOwn(rows, character) ? character : '?')).join('');
}

/** Whether a dot of a drawable character is set. */
export function hasDot(character: string, x: number, y: number): boolean {
  return ((Number.parseInt(rows[character]![y]!, 32) >> (glyphWidth - 1 - x)) & 1) === 1;
}

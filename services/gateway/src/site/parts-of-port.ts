import type { Plane } from '@facet/contracts';

/**
 * A page as one port serves it: without the links and parts that lead to the other port, where they would be 404. Pages mark those between
 * `<!-- public -->` and `<!-- /public -->`, or `<!-- operations -->` and `<!-- /operations -->`.
 *
 * @param plane of the page
 */
export function partsOfPort(html: string, plane: Plane): string {
  if (plane !== 'operations') return withoutPart(html, 'operations');
  // The first page is on the other port.
  return withoutPart(html, 'public').replaceAll('href="./"', 'href="status"');
}

function withoutPart(html: string, plane: Plane): string {
  const end = `<!-- /${plane} -->`;
  return html
    .split(`<!-- ${plane} -->`)
    .map((piece, index) => (index === 0 ? piece : piece.slice(piece.indexOf(end) + end.length)))
    .join('');
}

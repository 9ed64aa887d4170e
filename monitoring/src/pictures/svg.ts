import escapeHtml from 'escape-html';

/** Series take these in turn. */
const palette = ['#3274d9', '#e0752d', '#56a64b', '#c4162a', '#8f3bb8', '#e0b400', '#1f9ea8', '#b877d9', '#7a5c3c', '#6e7681'];

export function colour(index: number): string {
  return palette[index % palette.length]!;
}

interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

export function text(x: number, y: number, content: string, { size = 11, fill = '#24292e', anchor = 'start', bold = false }: TextStyle = {}): string {
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}>${escapeHtml(content)}</text>`;
}

export function box(x: number, y: number, width: number, height: number, fill: string, stroke = 'none'): string {
  return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, width).toFixed(1)}" height="${Math.max(0, height).toFixed(1)}" rx="3" fill="${fill}" stroke="${stroke}"/>`;
}

/** Cuts what does not fit; DejaVu Sans is about 0.6 em wide. */
export function fitted(content: string, width: number, size: number): string {
  const most = Math.max(1, Math.floor(width / (size * 0.6)));
  return content.length <= most ? content : `${content.slice(0, most - 1)}…`;
}

import type { Panel, Row } from './panel.ts';

/** Of 24 columns, and in Grafana's rows of 30 pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PlacedRow {
  readonly row: Row;
  readonly place: Place;
  readonly panels: readonly { readonly panel: Panel; readonly place: Place }[];
}

const heights = { lines: 8, stacked: 8, stat: 4, bars: 8, table: 7 } as const;
const columns = 24;

/** Sets panels beside one another while there is room, rows below one another. A closed row takes only its title's room. */
export function layOut(rows: readonly Row[]): PlacedRow[] {
  let top = 0;
  return rows.map((row) => {
    const place = { x: 0, y: top, w: columns, h: 1 };
    let [x, y, tallest] = [0, top + 1, 0];
    const panels = row.panels.map((panel) => {
      const [w, h] = [panel.width, heights[panel.kind]];
      if (x + w > columns) [x, y, tallest] = [0, y + tallest, 0];
      const own = { x, y, w, h };
      x += w;
      tallest = Math.max(tallest, h);
      return { panel, place: own };
    });
    top = row.collapsed ? top + 1 : y + tallest;
    return { row, place, panels };
  });
}

import type { Kind } from '../../../packages/contracts/src/index.ts';

/** One question of a panel, and how its series are called. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

/** A panel as its author thinks of it; `to-dashboard` turns it into Grafana's JSON. */
export interface Panel {
  readonly title: string;
  /** What it shows, and what to make of it. */
  readonly description: string;
  readonly kind: 'lines' | 'stacked' | 'stat' | 'bars' | 'table';
  /** In Grafana's words: `reqps`, `s`, `percentunit`, `short`, `bytes`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Where it turns yellow and red. */
  readonly thresholds?: { readonly warn: number; readonly bad: number };
  /** Below the threshold is bad: readiness, shares of what should be there. */
  readonly lowIsBad?: boolean;
  /** Columns of 24. */
  readonly width: number;
  readonly max?: number;
  /** Shown once for each chosen value of this variable, which `$<name>` is then in its title and queries; it has a row for itself. */
  readonly repeat?: 'service';
  /** Why it may be empty in a healthy suite. */
  readonly emptyBecause?: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Closed until it is asked for. */
  readonly collapsed?: boolean;
}

export interface DashboardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly ('namespace' | 'service' | 'version')[];
  /** What `$service` offers, where not every service: the tasks of one kind, or of any. */
  readonly tasks?: Kind | 'any';
  readonly rows: readonly Row[];
}

const widths = { lines: 8, stacked: 8, stat: 4, bars: 8, table: 12 } as const;

export type PanelRest = Partial<Omit<Panel, 'title' | 'description' | 'kind' | 'unit' | 'queries'>>;

/** A panel with the usual width of its kind. */
export function panel(
  kind: Panel['kind'],
  title: string,
  unit: string,
  description: string,
  queries: Readonly<Record<string, string>>,
  rest: PanelRest = {},
): Panel {
  return { kind, title, unit, description, queries: Object.entries(queries).map(([legend, expr]) => ({ expr, legend })), width: widths[kind], ...rest };
}

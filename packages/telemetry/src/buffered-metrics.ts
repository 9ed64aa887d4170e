import { Counter, type Metric, type MetricValueWithName, type Registry } from 'prom-client';

/** Label values by name. */
type Labels<L extends string> = Readonly<Record<L, string>>;

interface TallyOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  readonly registers: readonly Registry[];
}

/** Finds what belongs to a set of labels; makes it when it is first asked for. */
class Children<L extends string, Child> {
  readonly #names: readonly L[];
  readonly #make: (labels: Labels<L>) => Child;
  readonly #byKey = new Map<string, Child>();

  constructor(names: readonly L[], make: (labels: Labels<L>) => Child) {
    this.#names = names;
    this.#make = make;
  }

  of(labels: Labels<L>): Child {
    let key = '';
    for (const name of this.#names) key = key === '' ? labels[name] : `${key}\n${labels[name]}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const child = this.#make({ ...labels });
    this.#byKey.set(key, child);
    return child;
  }

  all(): Iterable<Child> {
    return this.#byKey.values();
  }
}

interface Count<L extends string> {
  readonly labels: Labels<L>;
  pending: number;
  isShown: boolean;
}

/**
 * A counter for what happens with every request: it adds plain numbers up, and hands them to prom-client when somebody reads.
 *
 * prom-client checks, sorts and joins the labels at every step; with a dozen steps a request that costs as much as a small model.
 */
export class BufferedCounter<L extends string> {
  readonly #counts: Children<L, Count<L>>;

  constructor({ labelNames, registers, ...rest }: TallyOptions<L>) {
    this.#counts = new Children(labelNames, (labels) => ({ labels, pending: 0, isShown: false }));
    const counts = this.#counts;
    const counter: Counter<L> = new Counter({
      ...rest,
      labelNames: [...labelNames],
      registers: [...registers],
      collect() {
        for (const count of counts.all()) {
          if (count.pending === 0 && count.isShown) continue;
          counter.inc(count.labels, count.pending);
          count.pending = 0;
          count.isShown = true;
        }
      },
    });
  }

  inc(labels: Labels<L>, by = 1): void {
    add(this.#counts.of(labels), by);
  }

  /** The same for labels that stay. */
  of(labels: Labels<L>): (by?: number) => void {
    const count = this.#counts.of(labels);
    return (by = 1) => add(count, by);
  }
}

function add(count: { pending: number }, by: number): void {
  if (!(by >= 0)) throw new TypeError(`a counter cannot take ${by}`);
  count.pending += by;
}

interface Distribution<L extends string> {
  readonly labels: Labels<L>;
  /** By bucket, not added up; the last is for what is beyond all bounds. */
  readonly counts: number[];
  sum: number;
}

/** A histogram for what is measured of every request; see {@link BufferedCounter}. */
export class BufferedHistogram<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly #bounds: readonly number[];
  readonly #distributions: Children<L, Distribution<L>>;

  /** @param options `buckets`: upper bounds, ascending */
  constructor({ name, help, labelNames, registers, buckets }: TallyOptions<L> & { readonly buckets: readonly number[] }) {
    this.name = name;
    this.help = help;
    this.#bounds = buckets;
    this.#distributions = new Children(labelNames, (labels) => ({ labels, counts: [...buckets, Infinity].map(() => 0), sum: 0 }));
    // A registry only ever asks a metric for its name and its values.
    for (const registry of registers) registry.registerMetric(this as unknown as Metric<L>);
  }

  observe(labels: Labels<L>, value: number): void {
    this.#add(this.#distributions.of(labels), value);
  }

  /** The same for labels that stay. */
  of(labels: Labels<L>): (value: number) => void {
    const distribution = this.#distributions.of(labels);
    return (value) => this.#add(distribution, value);
  }

  #add(distribution: Distribution<L>, value: number): void {
    if (!Number.isFinite(value)) throw new TypeError(`${this.name} cannot take ${value}`);
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    distribution.counts[bucket]! += 1;
    distribution.sum += value;
  }

  /** What prom-client renders, and adds up over processes. */
  async get(): Promise<object> {
    const { name, help, aggregator } = this;
    const values: MetricValueWithName<L | 'le'>[] = [];
    for (const { labels, counts, sum } of this.#distributions.all()) {
      let total = 0;
      for (const [bucket, count] of counts.entries()) {
        total += count;
        values.push({ metricName: `${name}_bucket`, labels: { le: this.#bounds[bucket] ?? '+Inf', ...labels }, value: total });
      }
      values.push({ metricName: `${name}_sum`, labels: labels as object, value: sum }, { metricName: `${name}_count`, labels: labels as object, value: total });
    }
    return { name, help, type: this.type, aggregator, values };
  }

  reset(): void {
    for (const distribution of this.#distributions.all()) {
      distribution.counts.fill(0);
      distribution.sum = 0;
    }
  }
}

import type { DriftStatus, ReferenceUpdate, ReferenceUpdated } from '@facet/contracts';
import type { Feature, Row } from './feature.ts';
import { Monitor, type Alarm, type MonitorState } from './monitor.ts';
import type { Reference } from './reference.ts';

/** A version to watch. */
export interface MonitoredVersion {
  readonly version: string;
  /** `<task>/<version>@sha256:<hex>`: what was kept of another model is not taken up. */
  readonly model: string;
  readonly reference: Reference | undefined;
}

/** Where states are kept; one that cannot keep them says nothing and forgets. */
export interface StateStore {
  read(key: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;
}

export interface DriftMonitorOptions {
  readonly task: string;
  readonly features: readonly Feature[];
  readonly versions: readonly MonitoredVersion[];
  readonly falseAlarmEvery: number;
  readonly windowSize: number;
  readonly store: StateStore;
  readonly onAlarm: (version: string, alarm: Alarm) => void;
  readonly random?: () => number;
}

/** A version that is not watched. */
export class UnmonitoredVersion extends Error {
  override readonly name = 'UnwatchedVersion';
}

/** A row of a posted reference that cannot be read. */
export class UnusableRows extends Error {
  override readonly name = 'UnusableRows';
}

/** What a state was made with: a state under another is not taken up. */
interface Kept {
  readonly model: string;
  /** When the reference beside the model was made. */
  readonly shipped: string | undefined;
  readonly state: MonitorState;
}

/** Watches all versions of one task in one place. */
export class DriftMonitor {
  readonly options: DriftMonitorOptions;
  readonly #monitors = new Map<string, Monitor>();
  readonly #changed = new Set<string>();

  private constructor(options: DriftMonitorOptions) {
    this.options = options;
  }

  /** Goes on where the kept states end. */
  static async open(options: DriftMonitorOptions): Promise<DriftMonitor> {
    const monitor = new DriftMonitor(options);
    for (const { version } of options.versions) monitor.restore(version, await options.store.read(monitor.keyOf(version)));
    return monitor;
  }

  get versions(): readonly string[] {
    return [...this.#monitors.keys()];
  }

  keyOf(version: string): string {
    return `drift-${this.options.task}-${version}.json`;
  }

  /** Makes a version's monitor from a kept state, or anew where that is of another model. */
  restore(version: string, text: string | undefined): void {
    const { task, features, falseAlarmEvery, windowSize, random, versions } = this.options;
    const watched = versions.find((each) => each.version === version)!;
    const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
    const fits = kept?.model === watched.model && kept.shipped === watched.reference?.created;
    const options = { task, version, features, falseAlarmEvery, windowSize, ...(random && { random }) };
    this.#monitors.set(version, new Monitor(options, watched.reference, fits ? kept.state : undefined));
    this.#changed.delete(version);
  }

  /** A version's state as text. */
  textOf(version: string): string {
    const { model, reference } = this.options.versions.find((each) => each.version === version)!;
    return JSON.stringify({ model, shipped: reference?.created, state: this.#monitors.get(version)!.state } satisfies Kept);
  }

  /** Takes in predictions of one version, in their order. */
  observe(version: string, rows: readonly Row[]): void {
    const monitor = this.#monitors.get(version);
    if (!monitor || rows.length === 0) return;
    for (const row of rows) {
      const alarm = monitor.observe(row);
      if (alarm) this.options.onAlarm(version, alarm);
    }
    this.#changed.add(version);
  }

  hasDrifted(version: string): boolean {
    return this.#monitors.get(version)?.alarm !== undefined;
  }

  /** Keeps the states that have changed since they were last kept. */
  async save(): Promise<void> {
    for (const version of this.#changed) {
      this.#changed.delete(version);
      await this.options.store.write(this.keyOf(version), this.textOf(version));
    }
  }

  status(isShared: boolean): DriftStatus {
    const { task, falseAlarmEvery } = this.options;
    const entries = [...this.#monitors].map(([version, monitor]) => [version, monitor.status()] as const);
    return {
      task,
      drift: entries.some(([, { state }]) => state === 'drift'),
      false_alarm_every: falseAlarmEvery,
      shared: isShared,
      versions: Object.fromEntries(entries),
      timestamp: new Date().toISOString(),
    };
  }

  /**
   * Gives versions a new reference, all of them or, where one cannot have it, none.
   *
   * @throws {UnmonitoredVersion | UnusableRows | TooFewPredictions}
   */
  update({ version, reference, rows, source }: ReferenceUpdate): ReferenceUpdated {
    if (version !== undefined && !this.#monitors.has(version))
      throw new UnmonitoredVersion(`Version '${version.slice(0, 40)}' is not watched here; there is ${this.versions.join(', ') || 'none'}.`);
    const chosen = version === undefined ? this.versions : [version];
    const before = chosen.map((name) => [name, this.textOf(name)] as const);
    const given = rows && this.#readRows(rows);
    try {
      for (const name of chosen) {
        const monitor = this.#monitors.get(name)!;
        if (given) monitor.adoptRows(given, source ?? 'posted rows');
        else if (reference === 'keep') monitor.keepReference();
        else monitor.adoptWindow();
        this.#changed.add(name);
      }
    } catch (error) {
      for (const [name, text] of before) this.restore(name, text);
      throw error;
    }
    const held = chosen.flatMap((name) => {
      const found = this.#monitors.get(name)!.reference;
      return found ? [[name, { source: found.source, created: found.created, samples: found.samples }] as const] : [];
    });
    return { updated: [...chosen], versions: Object.fromEntries(held), timestamp: new Date().toISOString() };
  }

  #readRows(rows: NonNullable<ReferenceUpdate['rows']>): Row[] {
    const names = this.options.features.map(({ name }) => name);
    for (const [index, row] of rows.entries()) {
      const unknown = Object.keys(row).find((name) => !names.includes(name));
      if (unknown !== undefined) throw new UnusableRows(`Row ${index} has a feature '${unknown.slice(0, 40)}'; there are ${names.join(', ')}.`);
    }
    return rows.map((row) => names.map((name) => row[name] ?? Number.NaN));
  }
}

import type { DriftVersionStatus } from '@facet/contracts';
import { Detector, type DetectorState } from './detect/detector.ts';
import { estimateAccuracy } from './estimate-accuracy.ts';
import type { Feature, Row } from './feature.ts';
import { featureStatus } from './feature-status.ts';
import { packRows, unpackRows } from './pack-rows.ts';
import { referenceOf, type Reference } from './reference.ts';
import { RowWindow } from './row-window.ts';

/** What a stable stream can look like for by chance, and what is kept of it. */
export interface MonitorOptions {
  readonly task: string;
  readonly version: string;
  readonly features: readonly Feature[];
  /** Predictions between two false alarms on a stable stream, at least, on average. */
  readonly falseAlarmEvery: number;
  /** Predictions that are compared with the reference for the status, and that can become the next one. */
  readonly windowSize: number;
  /** In [0, 1); breaks ties between equal values. */
  readonly random?: () => number;
}

export interface Alarm {
  readonly at: string;
  /** Predictions seen since the reference was set. */
  readonly observed: number;
  readonly features: readonly string[];
}

/** All that a monitor must keep to go on where it was. */
export interface MonitorState {
  readonly format: 1;
  readonly features: readonly string[];
  readonly reference: Reference | undefined;
  readonly detectors: Readonly<Record<string, DetectorState>>;
  readonly observed: number;
  readonly alarms: number;
  readonly alarm: Alarm | undefined;
  /** Packed rows as base64. */
  readonly window: string;
}

/** A window that is too small to be a reference. */
export class TooFewPredictions extends Error {
  override readonly name = 'TooFewPredictions';
}

/** Values among which ranks are taken, at least. */
const leastRanked = 50_000;

/** Fewer predictions make no reference: their ranks would say next to nothing. */
const leastRows = 20;

/**
 * Watches the predictions of one model version for drift.
 *
 * Each feature has its own detector; an alarm is raised when the mean of their wealth reaches `falseAlarmEvery`. The mean needs no
 * assumption about how features depend on each other, and corrects for their number as Bonferroni would, though never worse.
 */
export class Monitor {
  readonly options: MonitorOptions;
  readonly #random: () => number;
  readonly #window: RowWindow;
  #reference: Reference | undefined;
  #detectors = new Map<number, Detector>();
  #observed = 0;
  #alarms = 0;
  #alarm: Alarm | undefined;
  /** Features that, together or alone, have raised the alarm. */
  readonly #drifted = new Set<string>();

  /** @param reference without one, the first window of predictions becomes it */
  constructor(options: MonitorOptions, reference?: Reference, state?: MonitorState) {
    this.options = options;
    this.#random = options.random ?? Math.random;
    this.#window = new RowWindow(options.windowSize, options.features.length);
    const fits = state?.format === 1 && state.features.join() === options.features.map(({ name }) => name).join();
    if (!fits) {
      this.#start(reference);
      return;
    }
    this.#start(state.reference ?? reference, state.detectors);
    this.#observed = state.observed;
    this.#alarms = state.alarms;
    this.#alarm = state.alarm;
    for (const name of state.alarm?.features ?? []) this.#drifted.add(name);
    for (const row of unpackRows(Buffer.from(state.window, 'base64'), options.features.length)) this.#window.push(row);
  }

  get state(): MonitorState {
    const { features } = this.options;
    return {
      format: 1,
      features: features.map(({ name }) => name),
      reference: this.#reference,
      detectors: Object.fromEntries([...this.#detectors].map(([column, detector]) => [features[column]!.name, detector.state])),
      observed: this.#observed,
      alarms: this.#alarms,
      alarm: this.#alarm,
      window: packRows(this.#window.rows(), features.length).toString('base64'),
    };
  }

  get alarm(): Alarm | undefined {
    return this.#alarm;
  }

  get reference(): Reference | undefined {
    return this.#reference;
  }

  /**
   * Takes in one prediction.
   *
   * @returns the alarm, if this prediction raised one
   */
  observe(row: Row, now: () => string = () => new Date().toISOString()): Alarm | undefined {
    this.#window.push(row);
    this.#observed += 1;
    if (!this.#reference) {
      if (this.#window.length === this.#window.size) this.#learn(`the first ${this.#window.size} predictions`, now());
      return undefined;
    }
    const { falseAlarmEvery, features } = this.options;
    let total = 0;
    for (const [column, detector] of this.#detectors) {
      const value = row[column]!;
      // Not a number: this prediction has no such feature, and nothing is bet.
      if (!Number.isNaN(value)) detector.observe(value, this.#random());
      total += detector.wealth;
    }
    if (total < falseAlarmEvery * this.#detectors.size) return undefined;
    const before = this.#drifted.size;
    for (const [column, detector] of this.#detectors) {
      if (detector.wealth >= falseAlarmEvery * this.#detectors.size || detector.wealth >= total / 2) this.#drifted.add(features[column]!.name);
    }
    const isNew = this.#alarm === undefined;
    if (!isNew && this.#drifted.size === before) return undefined;
    this.#alarm = { ...(this.#alarm ?? { at: now(), observed: this.#observed }), features: [...this.#drifted] };
    if (!isNew) return undefined;
    this.#alarms += 1;
    return this.#alarm;
  }

  /**
   * Makes the current window the reference and starts anew.
   *
   * @throws {TooFewPredictions}
   */
  adoptWindow(now = new Date().toISOString()): void {
    if (this.#window.length < leastRows)
      throw new TooFewPredictions(`The window holds ${this.#window.length} predictions of ${this.options.version}; a reference needs ${leastRows}.`);
    this.#learn(`the last ${this.#window.length} predictions`, now);
  }

  /** Makes given rows the reference and starts anew. */
  adoptRows(rows: readonly Row[], source: string, now = new Date().toISOString()): void {
    this.#window.clear();
    this.#start(this.#referenceOf(rows, source, now));
  }

  /** Takes the alarm back and starts anew with the same reference. */
  keepReference(): void {
    this.#start(this.#reference);
  }

  status(): DriftVersionStatus {
    const { features, falseAlarmEvery, windowSize } = this.options;
    const needed = falseAlarmEvery * Math.max(1, this.#detectors.size);
    const confidence = features.findIndex(({ name }) => name === 'confidence');
    const accuracy = estimateAccuracy(confidence < 0 ? [] : this.#window.column(confidence), this.#reference?.reliability);
    const total = [...this.#detectors.values()].reduce((sum, { wealth }) => sum + wealth, 0);
    const statuses = features.map((feature, column) => [
      feature.name,
      featureStatus(feature, {
        values: this.#window.column(column),
        reference: this.#reference?.features[feature.name],
        evidence: (this.#detectors.get(column)?.wealth ?? 0) / needed,
        isDrifted: this.#drifted.has(feature.name),
      }),
    ]);
    return {
      state: this.#alarm ? 'drift' : this.#reference ? 'watching' : 'learning',
      observed: this.#observed,
      window: { size: windowSize, filled: this.#window.length },
      reference: this.#reference ? { source: this.#reference.source, created: this.#reference.created, samples: this.#reference.samples } : null,
      evidence: Math.min(1, total / needed),
      alarms: this.#alarms,
      alarm: this.#alarm ? { ...this.#alarm, features: [...this.#alarm.features] } : null,
      accuracy: accuracy ? { estimate: accuracy.estimate, mean_confidence: accuracy.meanConfidence, calibrated: accuracy.calibrated, n: accuracy.n } : null,
      features: Object.fromEntries(statuses),
    };
  }

  #learn(source: string, now: string): void {
    this.#start(this.#referenceOf(this.#window.rows(), source, now));
  }

  #referenceOf(rows: readonly Row[], source: string, created: string): Reference {
    const { task, version, features } = this.options;
    const reliability = this.#reference?.reliability;
    return referenceOf(features, rows, { task, version, source, created, ...(reliability && { reliability }) });
  }

  #start(reference: Reference | undefined, states: MonitorState['detectors'] = {}): void {
    this.#reference = reference;
    this.#alarm = undefined;
    this.#drifted.clear();
    this.#observed = 0;
    // Once ranks are taken among a fixed set, its chance deviation from the stream is there to be bet on: a set of twice the time between
    // false alarms is too close to it for that (measured by `npm run drift`).
    const rankedAmong = Math.max(leastRanked, 2 * this.options.falseAlarmEvery);
    this.#detectors = new Map(
      this.options.features.flatMap(({ name }, column) => {
        const distribution = reference?.features[name];
        return distribution ? [[column, new Detector(distribution, rankedAmong, states[name])] as const] : [];
      }),
    );
  }
}

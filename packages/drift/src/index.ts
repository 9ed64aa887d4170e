export { compare, type Comparison } from './compare.ts';
export { distributionOf, type Distribution } from './distribution.ts';
export { reliabilityOf } from './estimate-accuracy.ts';
export type { Feature, Row } from './feature.ts';
export { DriftMonitor, UnusableRows, UnmonitoredVersion, type DriftMonitorOptions, type StateStore, type MonitoredVersion } from './drift-monitor.ts';
export { Monitor, TooFewPredictions, type Alarm, type MonitorOptions, type MonitorState } from './monitor.ts';
export { packRows, unpackRows } from './pack-rows.ts';
export { parseReference, referenceOf, referenceSchema, type Reference, type Reliability } from './reference.ts';
export { statusPage, statusPagePolicy } from './status-page.ts';

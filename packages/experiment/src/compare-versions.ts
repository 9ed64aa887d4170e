import { ensembleVersion, type Experiments } from '@facet/contracts';
import { meanInterval, type Sums } from './statistics/mean-interval.ts';
import { proportionInterval } from './statistics/proportion-interval.ts';
import { sampleRatio } from './statistics/sample-ratio.ts';

/** What is known of one version, as sums over all processes. */
export interface VersionSums {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: Sums;
  readonly confidence: Sums;
  /** Requests that the weights gave it at random: those of named users and those that insist on a version are left out, for they are not independent. */
  readonly assigned: number;
}

/** How often two versions answered the same request the same. */
export interface AgreementSums {
  readonly versions: readonly [string, string];
  readonly compared: number;
  readonly agreed: number;
}

const alpha = 0.05;

/** Versions side by side, with intervals that stay valid however often they are looked at. */
export function compareVersions(
  task: string,
  versions: Readonly<Record<string, VersionSums>>,
  weights: Readonly<Record<string, number>>,
  agreements: readonly AgreementSums[] = [],
): Experiments {
  const names = Object.keys(versions);
  // The weights give the ensemble nothing.
  const shared = names.filter((name) => name !== ensembleVersion);
  const total = shared.reduce((sum, name) => sum + (weights[name] ?? 0), 0);
  const expected = shared.map((name) => (total === 0 ? 0 : (weights[name] ?? 0) / total));
  const counts = shared.map((name) => versions[name]!.assigned);
  return {
    task,
    alpha,
    versions: Object.fromEntries(names.map((name) => [name, sideOf(versions[name]!)])),
    sample_ratio: {
      expected: Object.fromEntries(shared.map((name, index) => [name, expected[index]!])),
      observed: Object.fromEntries(shared.map((name, index) => [name, counts[index]!])),
      ...sampleRatio(counts, expected),
    },
    agreement: agreements.map(({ versions: pair, compared, agreed }) => ({
      versions: [...pair],
      compared,
      agreed,
      share: compared === 0 ? null : { mean: agreed / compared, ...proportionInterval(agreed, compared, alpha) },
    })),
    timestamp: new Date().toISOString(),
  };
}

function sideOf({ requests, errors, seconds, confidence }: VersionSums): Experiments['versions'][string] {
  return {
    requests,
    errors,
    error_rate: requests === 0 ? null : { mean: errors / requests, ...proportionInterval(errors, requests, alpha) },
    latency_seconds: meanInterval(seconds, alpha) ?? null,
    confidence: meanInterval(confidence, alpha) ?? null,
  };
}

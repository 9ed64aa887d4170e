import { agree, compareVersions, type AgreementSums, type VersionSums } from '@facet/experiment';
import { ensembleVersion, type Experiments } from '@facet/contracts';
import type { RequestContext } from '@facet/http';
import type { Registry } from 'prom-client';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import { counterNames, type ExperimentMetrics } from './experiment-metrics.ts';

/** Asks one version what a client has asked another, off the client's path; gives back the body of its answer, if it is one. */
type AskVersion = (context: RequestContext, version: string) => Promise<Buffer | undefined>;

interface ExperimentOptions {
  readonly task: string;
  readonly versions: readonly string[];
  readonly weights: () => Readonly<Record<string, number>>;
  /** Share of predictions that the other version is asked for as well. */
  readonly shadowShare: number;
  readonly metrics: ExperimentMetrics;
  readonly askVersion: AskVersion;
  readonly random?: () => number;
}

/** Shadows that may be under way at once; more are left out, so that a slow version costs nothing but its sample. */
const maxShadows = 8;

/** How a prediction came to its answer. */
interface Course {
  /** That answered it; undefined where the service chose. */
  readonly version: string | undefined;
  /** Answered from the cache: what that version answered was counted when it did. */
  readonly isCached: boolean;
  /** The weights chose the version. */
  readonly isLeftOpen: boolean;
}

/** Watches the versions of one task side by side, as clients see them. */
export class Experiment {
  readonly #options: ExperimentOptions;
  #shadows = 0;

  constructor(options: ExperimentOptions) {
    this.#options = options;
  }

  /** @param registry of all processes */
  async compare(registry: Registry): Promise<Experiments> {
    const { task, versions, weights } = this.#options;
    const found = new Map(
      await Promise.all(Object.values(counterNames).map(async (name) => [name, (await registry.getSingleMetric(name)?.get())?.values ?? []] as const)),
    );
    const sum = (name: (typeof counterNames)[keyof typeof counterNames], labels: Readonly<Record<string, string>>): number =>
      found
        .get(name)!
        .reduce(
          (total, each) => (Object.entries({ service: task, ...labels }).every(([key, value]) => each.labels[key] === value) ? total + each.value : total),
          0,
        );
    const sumsOf = (version: string): VersionSums => {
      const succeeded = sum(counterNames.requests, { version, status: 'success' });
      return {
        requests: sum(counterNames.requests, { version }),
        errors: sum(counterNames.requests, { version, status: 'error' }),
        seconds: { n: succeeded, sum: sum(counterNames.seconds, { version }), squares: sum(counterNames.squaredSeconds, { version }) },
        confidence: {
          n: sum(counterNames.confident, { version }),
          sum: sum(counterNames.confidence, { version }),
          squares: sum(counterNames.squaredConfidence, { version }),
        },
        assigned: sum(counterNames.assigned, { version }),
      };
    };
    const agreements = pairsOf(versions).map(([a, b]): AgreementSums => {
      const agreed = sum(counterNames.shadowed, { versions: `${a},${b}`, outcome: 'agree' });
      return { versions: [a, b], agreed, compared: agreed + sum(counterNames.shadowed, { versions: `${a},${b}`, outcome: 'differ' }) };
    });
    const sides = [...versions, ensembleVersion].map((version) => [version, sumsOf(version)] as const);
    // Nobody gets the ensemble who does not ask for it; it is there to be seen once somebody has.
    const seen = sides.filter(([version, { requests }]) => version !== ensembleVersion || requests > 0);
    return compareVersions(task, Object.fromEntries(seen), weights(), agreements);
  }

  /** A prediction was answered: counts that, and asks another version for the same where it is its turn. */
  answered(context: RequestContext, { status, body }: UpstreamAnswer, { version, isCached, isLeftOpen }: Course): void {
    const { task, shadowShare, metrics, versions, random = Math.random } = this.#options;
    // Who leaves before the answer says nothing about the version.
    if (version === undefined || (!isCached && context.cancelled)) return;
    if (!isCached) this.#count(context, version, status === 200);
    if (isLeftOpen && context.user === undefined) metrics.assigned.inc({ service: task, version });
    if (isCached) return;
    // The ensemble has all of them in it already.
    if (version === ensembleVersion) return;
    if (status !== 200 || shadowShare === 0 || random() >= shadowShare || this.#shadows >= maxShadows) return;
    const others = versions.filter((other) => other !== version);
    const other = others[Math.trunc(random() * others.length)];
    if (other !== undefined) void this.#shadow(context, version, other, body);
  }

  /** A prediction came to nothing. */
  failed(context: RequestContext, version: string | undefined): void {
    if (version !== undefined && !context.cancelled) this.#count(context, version, false);
  }

  #count({ clock }: RequestContext, version: string, succeeded: boolean): void {
    const { task, metrics } = this.#options;
    metrics.requests.inc({ service: task, version, status: succeeded ? 'success' : 'error' });
    if (!succeeded) return;
    const seconds = clock.elapsed() / 1000;
    metrics.seconds.inc({ service: task, version }, seconds);
    metrics.squaredSeconds.inc({ service: task, version }, seconds * seconds);
  }

  async #shadow(context: RequestContext, version: string, other: string, body: Buffer): Promise<void> {
    const { task, metrics, askVersion } = this.#options;
    this.#shadows += 1;
    try {
      const answer = await askVersion(context, other);
      const [own, others] = [readAnswer(body), answer && readAnswer(answer)];
      const same = own && others && agree(own, others);
      if (same === undefined || !own || !others) return;
      const pair = [version, other].toSorted().join(',');
      metrics.shadowed.inc({ service: task, versions: pair, outcome: same ? 'agree' : 'differ' });
      for (const [name, { confidence }] of [
        [version, own],
        [other, others],
      ] as const) {
        if (typeof confidence !== 'number') continue;
        metrics.confident.inc({ service: task, version: name });
        metrics.confidence.inc({ service: task, version: name }, confidence);
        metrics.squaredConfidence.inc({ service: task, version: name }, confidence * confidence);
      }
    } catch {
      metrics.shadowed.inc({ service: task, versions: [version, other].toSorted().join(','), outcome: 'failed' });
    } finally {
      this.#shadows -= 1;
    }
  }
}

function pairsOf(versions: readonly string[]): [string, string][] {
  const sorted = versions.toSorted();
  return sorted.flatMap((a, index) => sorted.slice(index + 1).map((b): [string, string] => [a, b]));
}

/** An answer in JSON; undefined for any other form. */
function readAnswer(body: Buffer): (Parameters<typeof agree>[0] & { readonly confidence?: unknown }) | undefined {
  if (body[0] !== 0x7b) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as Parameters<typeof agree>[0];
  } catch {
    return undefined;
  }
}

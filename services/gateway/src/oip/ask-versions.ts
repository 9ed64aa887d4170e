import { Problem } from '@facet/problem';
import type { ModelService } from './model-service.ts';

export interface VersionAnswer<T> {
  readonly version: string;
  readonly status: number;
  /** `{error}` where the status is not 200. */
  readonly body: T;
}

/** `v1` as the protocol names it. */
export function oipVersion(version: string): string {
  return version.slice(1);
}

/** Asks all versions of a model for the same, side by side: they may run in pods of their own. One that cannot be reached counts as a 503. */
export function askVersions<T>({ task, available, ask }: ModelService, rest: string): Promise<VersionAnswer<T>[]> {
  return Promise.all(
    available.map(async (version) => {
      try {
        const { status, body } = await ask(version, `/v2/models/${task}/versions/${oipVersion(version)}${rest}`);
        return { version, status, body: JSON.parse(body.toString('utf8')) as T };
      } catch (error) {
        const problem = Problem.from(error);
        return { version, status: problem.status, body: { error: problem.message } as T };
      }
    }),
  );
}

/**
 * What the versions that answered said.
 *
 * @throws {Problem} `starting` when none did
 */
export function bodiesOf<T>(answers: readonly VersionAnswer<T>[]): T[] {
  const bodies = answers.filter(({ status }) => status === 200).map(({ body }) => body);
  if (bodies.length === 0) throw new Problem('starting', undefined, { retryAfterSeconds: 1 });
  return bodies;
}

import { chooseVersion, type VersionRequest } from '@facet/experiment';

/** Where a request goes: the version that it is meant for, if any, and the path and headers that say so. */
export interface Route {
  readonly version: string | undefined;
  /** Path and query at the service. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Versions {
  readonly task: string;
  readonly available: readonly string[];
  readonly weights: Readonly<Record<string, number>>;
  /** Whether a version has a pod that takes requests; all have unless said. */
  readonly canAnswer?: (version: string) => boolean;
}

/**
 * Decides for the calls that leave the version open; the rest go where they say.
 *
 * @param url path and query below the service's name
 * @throws {Problem} `unknown-version`
 */
export function resolveRoute(url: string, versions: Versions, request: VersionRequest): Route {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = queryAt < 0 ? '' : url.slice(queryAt);
  const choose = () => chooseVersion(request.forced === undefined ? answering(versions) : versions.available, versions.weights, request, versions.task).version;

  if (path === '/predict') {
    const version = choose();
    return { version, path: `/${version}/predict${query}`, headers: {} };
  }
  if (path === '/batch/predict') {
    const version = choose();
    return { version, path: url, headers: { 'x-model-version': version } };
  }
  return { version: /^\/(v\d+)\/predict$/.exec(path)?.[1], path: url, headers: {} };
}

/**
 * The versions among which the weights choose: those that can answer, as long as one of them has a share. A version at 0 is kept warm and
 * not reached, even when it alone is left.
 */
function answering({ available, weights, canAnswer = () => true }: Versions): readonly string[] {
  if (available.every(canAnswer)) return available;
  const able = available.filter(canAnswer);
  return able.some((version) => (weights[version] ?? 0) > 0) ? able : available;
}

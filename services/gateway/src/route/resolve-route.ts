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
}

/**
 * Decides for the calls that leave the version open; the rest go where they say.
 *
 * @param url path and query below the service's name
 * @throws {Problem} `unknown-version`
 */
export function resolveRoute(url: string, { task, available, weights }: Versions, request: VersionRequest): Route {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = queryAt < 0 ? '' : url.slice(queryAt);
  const choose = () => chooseVersion(available, weights, request, task).version;

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

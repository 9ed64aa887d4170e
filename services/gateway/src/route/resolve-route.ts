import { ensembleVersion } from '@facet/contracts';
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

/** The path of a prediction that names its version. */
const versionedPath = /^\/([^/]+)\/predict$/;

/** A model of the Open Inference Protocol, perhaps one version of it, and what is wanted of it. */
const oipModel = /^(\/v2\/models\/[^/]+)(?:\/versions\/(\d+))?(\/[a-z]+)?$/;

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
  const chooseOne = () =>
    chooseVersion(request.forced === undefined ? answering(versions) : versions.available, versions.weights, request, versions.task).version;
  // Whether there is an ensemble, the service itself knows best.
  const choose = () => (request.forced === ensembleVersion ? ensembleVersion : chooseOne());

  if (path === '/predict') {
    const version = choose();
    return { version, path: `/${version}/predict${query}`, headers: {} };
  }
  if (path === '/batch/predict' || path === '/read') {
    const version = choose();
    return { version, path: url, headers: { 'x-model-version': version } };
  }
  const model = oipModel.exec(path);
  if (model?.[3] === '/infer' && model[2] === undefined) {
    const version = chooseOne();
    return { version, path: `${model[1]}/versions/${version.slice(1)}/infer${query}`, headers: {} };
  }
  if (model?.[2] !== undefined) return { version: `v${model[2]}`, path: url, headers: {} };
  const named = versionedPath.exec(path)?.[1];
  // One that is not served is refused here, and never asked of a service.
  if (named !== undefined && named !== ensembleVersion) chooseVersion(versions.available, versions.weights, { forced: named }, versions.task);
  return { version: named, path: url, headers: {} };
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

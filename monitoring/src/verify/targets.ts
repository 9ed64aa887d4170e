import type { GatewayHealth } from '../../../packages/contracts/src/index.ts';
import type { Target } from '../scrape-config.ts';

/**
 * The metrics of a whole suite through its gateway, which passes those of each service on.
 *
 * @param gateway its URL; its health names the tasks
 */
export async function targetsOf(gateway: string, namespace: string): Promise<Target[]> {
  const { services } = (await (await fetch(`${gateway}/health`)).json()) as GatewayHealth;
  const tasks = Object.keys(services).map((task) => ({ service: task, namespace, url: `${gateway}/${task}/metrics` }));
  return [{ service: 'gateway', namespace, url: `${gateway}/metrics` }, ...tasks];
}

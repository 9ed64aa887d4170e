import { setTimeout as sleep } from 'node:timers/promises';

async function read<T>(url: string): Promise<T> {
  return (await (await fetch(`${url}/drift/status`)).json()) as T;
}

/**
 * The status of a service's drift, once all that was answered has been looked at.
 *
 * @param isThere whether it has; without it the status as it is
 */
export async function settledDrift<T>(url: string, isThere: (status: T) => boolean = () => true): Promise<T> {
  let status = await read<T>(url);
  for (let tries = 0; tries < 200 && !isThere(status); tries++) {
    await sleep(50);
    status = await read<T>(url);
  }
  return status;
}

/** Alarms that a version has counted. */
export async function driftAlarms(url: string, version: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^data_drift_detected_total\\{version="${version}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
}

import type { GatewayHealth } from '@facet/contracts';
import { ask } from '../api/ask.ts';

/**
 * Fills a group with a button for each task behind the gateway.
 *
 * @returns the names of the tasks, in the gateway's order
 * @throws {Error} one sentence
 */
export async function showTasks(group: HTMLElement, choose: (task: string) => void): Promise<readonly string[]> {
  const { services } = (await ask<GatewayHealth>('health')).body;
  group.replaceChildren(
    ...Object.entries(services).map(([task, { title }]) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset['task'] = task;
      button.textContent = title;
      button.addEventListener('click', () => choose(task));
      return button;
    }),
  );
  return Object.keys(services);
}

/** Marks the button of the task that is labelled. */
export function markTask(group: HTMLElement, task: string): void {
  for (const button of group.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset['task'] === task));
}

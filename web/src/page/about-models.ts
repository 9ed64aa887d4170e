import type { ModelInfo } from '@facet/contracts';
import { ask } from '../api/ask.ts';

/** Says beside each version which model it is and how good it was measured to be. Asked first, it also finds out whether a key is wanted. */
export async function showModels(task: string, panels: readonly { readonly version: string; readonly about: HTMLElement }[]): Promise<void> {
  const { body } = await ask<ModelInfo>(`${task}/model_info`);
  for (const { version, about } of panels) {
    const info = body.versions[version];
    if (!info) continue;
    const measured = info.accuracy && `${(info.accuracy.value * 100).toFixed(1)} %${info.accuracy.metric === 'accuracy' ? '' : ` ${info.accuracy.metric}`}`;
    about.textContent = [info.name, measured].filter(Boolean).join(' · ');
    if (info.accuracy)
      about.title = `${info.accuracy.dataset}, ${info.accuracy.samples} samples; ${(info.total_parameters / 1e6).toFixed(1)} million parameters`;
  }
}

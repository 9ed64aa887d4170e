import { ask } from '../api/ask.ts';
import { element, say } from '../page/element.ts';

interface Health {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly services: Readonly<Record<string, { readonly status: string }>>;
}

const line = element('health', HTMLParagraphElement);
try {
  const { body } = await ask<Health>('health');
  const ill = Object.entries(body.services).flatMap(([name, { status }]) => (status === 'healthy' ? [] : [name]));
  if (ill.length === 0) say(line, 'All services are well.');
  else say(line, `Not well at the moment: ${ill.join(', ')}.`, true);
} catch (error) {
  say(line, (error as Error).message, true);
}

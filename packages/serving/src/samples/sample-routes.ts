import type { InferenceOperations } from '@facet/contracts';
import type { Reply, RequestContext, Shell } from '@facet/http';
import { Problem } from '@facet/problem';
import type { SamplesController } from './samples-controller.ts';

/**
 * Declares the calls with which people label samples.
 *
 * @param controller undefined where samples are not served or not stored
 */
export function declareSampleRoutes<Input, Answer extends object>(
  shell: Shell,
  { samples, sampleInput, sampleLabel, sampleAdd }: Pick<InferenceOperations, 'samples' | 'sampleInput' | 'sampleLabel' | 'sampleAdd'>,
  controller: SamplesController<Input, Answer> | undefined,
): void {
  const at = (answer: (controller: SamplesController<Input, Answer>, context: RequestContext) => Promise<Reply>) => async (context: RequestContext) => {
    if (!controller) throw new Problem('labelling-off');
    try {
      return await answer(controller, context);
    } catch (error) {
      // All but the store says itself what is wrong.
      throw error instanceof Problem ? error : new Problem('store-unavailable', undefined, { retryAfterSeconds: 5, cause: error });
    }
  };
  shell.serve(
    samples,
    at((open, context) => open.list(context)),
  );
  shell.serve(
    sampleAdd,
    at((open, context) => open.add(context)),
  );
  shell.serve(
    sampleInput,
    at((open, context) => open.input(context)),
  );
  shell.serve(
    sampleLabel,
    at((open, context) => open.label(context)),
  );
}

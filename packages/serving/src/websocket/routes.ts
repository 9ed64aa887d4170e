import { optionsOf, type InferenceOperations, type streamQuery } from '@facet/contracts';
import type { Shell } from '@facet/http';
import type { Metrics } from '@facet/telemetry';
import type { z } from 'zod';
import type { DataPlane } from '../plane/data-plane.ts';
import { queryOf } from '../rest/predict.ts';

interface WebSocketParts<Input, Answer extends object> {
  readonly shell: Shell;
  readonly plane: DataPlane<Input, Answer>;
  readonly metrics: Metrics;
}

/** Declares the WebSocket of a task that answers a stream. */
export function declareStream<I, A extends object>(
  { shell, plane, metrics }: WebSocketParts<I, A>,
  { stream: operation }: Pick<InferenceOperations, 'stream'>,
): void {
  const { stream: handler } = plane.task;
  if (!handler || !operation) return;
  shell.serveStream(operation, handler.limits, ({ request, id, user, caller, forcedVersion: version }) => {
    const model = plane.choose({ version, user });
    const options = operation.query ? optionsOf(operation.query, queryOf(request)) : {};
    let frames = 0;
    return (stream) =>
      handler.listen(stream, {
        model,
        maxFramesPerSecond: (options as z.infer<typeof streamQuery>).max_frames_per_second ?? Infinity,
        async predict(input, work) {
          const { deadlineAt, clock } = work;
          const call = {
            id: `${id}.${frames++}`,
            user,
            caller,
            isShadow: false,
            version,
            notes: {},
            deadlineAt,
            clock,
            get cancelled() {
              return work.cancelled;
            },
            options: () => options,
            input,
          };
          try {
            return (await plane.predict(call, model)).answer;
          } finally {
            metrics.observeStages(clock);
          }
        },
      });
  });
}

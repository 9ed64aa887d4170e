import type { StreamLimits } from '@facet/config';
import { streamClose, type PictureHello } from '@facet/contracts';
import { Counter, type Registry } from 'prom-client';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import type { StreamHandler } from '../task/stream.ts';
import { PictureStream } from './picture-stream.ts';

interface StreamPicturesParts {
  readonly config: Pick<InferenceConfig, 'bodyMaxBytes' | 'taskBodyMaxBytes' | 'deadlineMs'> & StreamLimits & { readonly streamMaxFps: number };
  readonly registry: Registry;
}

/** The stream of a task that takes pictures: each binary message is one, and each answer is a JSON text. */
export function streamPictures<Answer extends object>({ config, registry }: StreamPicturesParts): StreamHandler<Answer> {
  const frames = new Counter({
    name: 'stream_frames_total',
    help: 'Frames received over WebSockets, by outcome',
    labelNames: ['outcome'] as const,
    registers: [registry],
  });
  return {
    // A message is a picture, as a body is.
    limits: { ...config, streamMessageMaxBytes: config.taskBodyMaxBytes ?? config.bodyMaxBytes },
    listen(stream, behind) {
      const { version, reference: model } = behind.model;
      const maxFramesPerSecond = Math.min(config.streamMaxFps, behind.maxFramesPerSecond);
      const hello: PictureHello = { type: 'hello', request_id: stream.id, version, model, max_frames_per_second: maxFramesPerSecond };
      stream.send(JSON.stringify(hello));
      const pictures = new PictureStream({
        id: stream.id,
        deadlineMs: config.deadlineMs,
        maxFramesPerSecond,
        predict: (bytes, work) => behind.predict(() => ({ kind: 'file', bytes }), work),
        send: (text, sent) => stream.send(text, sent),
        isBehind: () => stream.isBehind,
        fail: (error) => stream.fail(error),
        count: (outcome) => frames.inc({ outcome }),
      });
      return {
        message: (bytes, isBinary) => (isBinary ? pictures.picture(bytes) : stream.close(streamClose.wrongKind, 'send images as binary')),
        closed: () => pictures.closed(),
      };
    },
  };
}

import { streamClose, type PictureHello } from '@facet/contracts';
import type { Received, StreamLimits } from '@facet/http';
import { Counter, type Registry } from 'prom-client';
import type { InferenceConfig } from '../inference-fields.ts';
import type { Task } from '../task.ts';
import { PictureStream } from './picture-stream.ts';

interface StreamPicturesParts<Input> {
  readonly config: Pick<InferenceConfig, 'bodyMaxBytes' | 'taskBodyMaxBytes' | 'deadlineMs'> & StreamLimits & { readonly streamMaxFps: number };
  readonly registry: Registry;
  /** Reads a picture as it reads a body, with the query of the stream. */
  readonly read: (received: Received, query: Readonly<Record<string, unknown>>) => Input;
}

/** The WebSocket of a task that takes pictures: each binary message is one, and each answer is a JSON text. */
export function streamPictures<Input, Answer extends object>({
  config,
  registry,
  read,
}: StreamPicturesParts<Input>): NonNullable<Task<Input, Answer>['stream']> {
  const frames = new Counter({
    name: 'stream_frames_total',
    help: 'Frames that came over WebSockets',
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
        predict: (bytes, work) => behind.predict(() => read({ kind: 'file', bytes }, behind.query), work),
        send: (text, sent) => stream.send(text, sent),
        isBehind: () => stream.isBehind,
        fail: (error) => stream.fail(error),
        count: (outcome) => frames.inc({ outcome }),
      });
      return {
        message: (bytes, isBinary) => (isBinary ? pictures.picture(bytes) : stream.close(streamClose.wrongKind, 'send pictures as binary')),
        closed: () => pictures.closed(),
      };
    },
  };
}

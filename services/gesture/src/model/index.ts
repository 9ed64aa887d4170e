import { parseJson, streamClose, type Action, type GestureAnswer, type StreamMessage } from '@facet/contracts';
import { differences, type Tensors } from '@facet/inference';
import { Problem } from '@facet/problem';
import { classTruths, measureConfidence, type ServedModel, type Task, type TaskParts } from '@facet/serving/kind';
import { BufferedCounter } from '@facet/telemetry';
import { Counter } from 'prom-client';
import type { GestureConfig } from '../config.ts';
import { HandStream } from '../stream/hand-stream.ts';
import { MissingLandmarks, readLandmarks, type Landmarks } from './landmarks.ts';
import { fuseGestures, toAnswer } from './postprocess.ts';
import { toFeatures } from './preprocess.ts';
import { handWatch } from './watch.ts';

type Answer = Omit<GestureAnswer, 'inference_time' | 'timestamp'>;

/** Of a hand's own JSON inside a tensor; a hand needs four levels. */
const maxDepth = 8;

const usualActions: Readonly<Record<string, Action>> = { like: 'up', dislike: 'down', four: 'right', three: 'left' };

/** Names the gesture that one hand makes. */
export function gestureTask(config: GestureConfig, { registry }: TaskParts): Task<Landmarks, Answer, Float32Array> {
  const { rejectedAction, streamMaxFps, declared } = config;
  const actions = declared.actions ?? usualActions;
  const registers = [registry];
  const predicted = new BufferedCounter({ name: 'predicted_gesture_count', help: 'Predictions by gesture', labelNames: ['gesture'] as const, registers });
  const sure = measureConfidence(registry);
  const missing = new Counter({ name: 'missing_landmarks_total', help: 'Landmarks missing from requests', registers });
  const rejected = new Counter({ name: 'gesture_rejected_total', help: 'Hands rejected as no gesture', registers });
  const acted = new BufferedCounter({ name: 'gesture_actions_total', help: 'Predictions by action', labelNames: ['action'] as const, registers });
  const frames = new Counter({ name: 'stream_frames_total', help: 'Frames received over WebSockets, by outcome', labelNames: ['outcome'] as const, registers });

  const readOutputs = (outputs: Tensors, { manifest: { labels, rejection, outputs: names } }: ServedModel): Answer =>
    toAnswer(outputs[names[0]!.name]!.data as Float32Array, { labels, actions, rejection, rejectedAction });

  return {
    contract: config.contract,
    keys: { time: 'inference_time', classes: 'predictions_by_class' },

    read(payload) {
      if (payload.kind !== 'document') throw new Problem('unsupported-content-type');
      return readLandmarks(payload.value);
    },

    encoded: {
      name: 'landmarks',
      fromText: (text) => Buffer.from(text),
      async toRow(bytes, _model, { clock }) {
        const features = toFeatures(readLandmarks(parseJson(bytes, maxDepth)));
        clock.mark('preprocess');
        return { row: features, seen: features };
      },
    },
    rows: { see: (features) => features, read: readOutputs },

    async predict(landmarks, model, work, sight) {
      const features = toFeatures(landmarks);
      if (sight) sight.seen = features;
      work.clock.mark('preprocess');
      const outputs = await model.infer(features, [features.length], work);
      return readOutputs(outputs, model);
    },

    ensemble: { fuse: (answers) => fuseGestures(answers, { actions, rejectedAction }) },
    confidenceOf: ({ confidence }) => confidence,
    watch: handWatch,
    truths: classTruths(({ gesture }) => gesture),
    classesOf: ({ gesture }) => [gesture],
    describe: ({ gesture, confidence, action, no_gesture }) => ({ gesture, confidence, action, rejected: no_gesture?.rejected }),

    check({ preprocessing, outputs, labels }) {
      if (preprocessing.kind !== 'landmarks') return `it takes ${preprocessing.kind}, expected landmarks`;
      if (outputs[0]!.shape.at(-1) !== labels.length) return `expected a first output with a logit for each of ${labels.length} labels`;
      return undefined;
    },

    golden: {
      file: 'input.json',
      read: (bytes) => readLandmarks(JSON.parse(bytes.toString('utf8'))),
      compare: (expected, { gesture, probabilities }) => differences(expected, { label: gesture, probabilities }, { probabilities: 0.001 }),
    },

    stream: {
      limits: config,
      listen(stream, behind) {
        const { model } = behind;
        const maxFramesPerSecond = Math.min(streamMaxFps, behind.maxFramesPerSecond);
        const hello: StreamMessage = {
          type: 'hello',
          request_id: stream.id,
          version: model.version,
          model: model.reference,
          actions,
          max_frames_per_second: maxFramesPerSecond,
        };
        stream.send(JSON.stringify(hello));
        const hand = new HandStream({
          id: stream.id,
          actions,
          maxFramesPerSecond,
          predict: (frame, work) => behind.predict(() => ({ kind: 'document', value: frame }), work),
          send: (text, sent) => stream.send(text, sent),
          isBehind: () => stream.isBehind,
          fail: (error) => stream.fail(error),
          count: (outcome) => frames.inc({ outcome }),
        });
        return {
          message: (bytes, isBinary) => (isBinary ? stream.close(streamClose.wrongKind, 'send text') : hand.message(bytes)),
          closed: () => hand.closed(),
        };
      },
    },

    render({ action }, _input, accept) {
      return accept?.startsWith('text/plain') ? { body: `${action ?? ''}\n`, type: 'text/plain; charset=utf-8' } : undefined;
    },

    observe({ version, answer, error }) {
      if (answer) {
        sure(version, answer.confidence);
        predicted.inc({ gesture: answer.gesture });
        if (answer.no_gesture?.rejected) rejected.inc();
        acted.inc({ action: answer.action ?? 'none' });
      }
      if (error instanceof MissingLandmarks) missing.inc(error.count);
    },
  };
}

import { parseJson, streamClose, type Action, type GestureAnswer, type StreamMessage } from '@facet/contracts';
import { differences, type Tensors, type Work } from '@facet/inference';
import { Problem } from '@facet/problem';
import { classTruths, measureConfidence, type ServedModel, type Task, type TaskParts } from '@facet/serving/kind';
import { BufferedCounter } from '@facet/telemetry';
import { Counter } from 'prom-client';
import type { GestureConfig } from '../config.ts';
import { HandStream } from '../stream/hand-stream.ts';
import { assumedWarning, inferInUnknownFrame, type FramedHand } from './estimate-aspect.ts';
import { MissingLandmarks, readHands, readLandmarks, type Landmarks } from './landmarks.ts';
import { fuseGestures, toAnswer } from './postprocess.ts';
import { toFeatures } from './preprocess.ts';
import { handWatch } from './watch.ts';

type Answer = Omit<GestureAnswer, 'inference_time' | 'timestamp'>;

/** Of a hand's own JSON inside a tensor; a hand needs four levels. */
const maxDepth = 8;

const usualActions: Readonly<Record<string, Action>> = { like: 'up', dislike: 'down', four: 'right', three: 'left' };

/** The hand that a request is about. */
interface Input extends Landmarks {
  /** Every hand of the request, this one first, where an answer for each is asked for. */
  readonly hands?: readonly Landmarks[];
}

/** Names the gesture that one hand makes, or each of several. */
export function gestureTask(config: GestureConfig, { registry }: TaskParts): Task<Input, Answer, Float32Array> {
  const { rejectedAction, streamMaxFps, declared, frame: assumed } = config;
  const actions = declared.actions ?? usualActions;
  const registers = [registry];
  const predicted = new BufferedCounter({ name: 'predicted_gesture_count', help: 'Predictions by gesture', labelNames: ['gesture'] as const, registers });
  const sure = measureConfidence(registry);
  const missing = new Counter({ name: 'missing_landmarks_total', help: 'Landmarks missing from requests', registers });
  const rejections = new Counter({ name: 'gesture_rejected_total', help: 'Hands rejected as no gesture', registers });
  const acted = new BufferedCounter({ name: 'gesture_actions_total', help: 'Predictions by action', labelNames: ['action'] as const, registers });
  const frames = new Counter({ name: 'stream_frames_total', help: 'Frames received over WebSockets, by outcome', labelNames: ['outcome'] as const, registers });

  const readOutputs = (outputs: Tensors, { manifest: { labels, rejection, outputs: names } }: ServedModel): Answer =>
    toAnswer(outputs[names[0]!.name]!.data as Float32Array, { labels, actions, rejection, rejectedAction });

  async function inferHand(hand: Landmarks, model: ServedModel, work: Work): Promise<FramedHand> {
    const aspect = hand.aspect ?? assumed.aspect;
    if (aspect === undefined) return inferInUnknownFrame(hand, model, work);
    const features = toFeatures({ ...hand, aspect });
    work.clock.mark('preprocess');
    const outputs = await model.infer(features, [features.length], work);
    return { features, outputs, ...(hand.aspect === undefined && { warning: assumedWarning(aspect) }) };
  }

  return {
    contract: config.contract,
    keys: { time: 'inference_time', classes: 'predictions_by_class' },

    read(payload, { hands: wanted }) {
      if (payload.kind !== 'document') throw new Problem('unsupported-content-type');
      if (wanted !== 'all') return readLandmarks(payload.value);
      const hands = readHands(payload.value);
      return { ...hands[0]!, hands };
    },

    encoded: {
      name: 'landmarks',
      fromText: (text) => Buffer.from(text),
      async toRow(bytes, model, work) {
        const hand = readLandmarks(parseJson(bytes, maxDepth));
        const aspect = hand.aspect ?? assumed.aspect;
        const features = aspect === undefined ? (await inferInUnknownFrame(hand, model, work)).features : toFeatures({ ...hand, aspect });
        work.clock.mark('preprocess');
        return { row: features, seen: features };
      },
    },
    rows: { see: (features) => features, read: readOutputs },

    async predict(input, model, work, sight) {
      const [first, ...others] = await Promise.all((input.hands ?? [input]).map((hand) => inferHand(hand, model, work)));
      if (sight) sight.seen = first!.features;
      const answer = readOutputs(first!.outputs, model);
      const warnings = [...new Set([first!, ...others].flatMap(({ warning }) => warning ?? []))];
      const hands = input.hands?.map(({ handedness = null }, index) => ({
        handedness,
        ...(index === 0 ? answer : readOutputs(others[index - 1]!.outputs, model)),
      }));
      return { ...answer, ...(hands && { hands }), ...(warnings.length > 0 && { warnings }) };
    },

    ensemble: { fuse: (answers) => fuseGestures(answers, { actions, rejectedAction }) },
    confidenceOf: ({ confidence }) => confidence,
    watch: handWatch,
    truths: classTruths(({ gesture }) => gesture),
    classesOf: ({ gesture }) => [gesture],
    describe: ({ gesture, confidence, action, rejected }) => ({ gesture, confidence, action, rejected }),

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
          ignoresRejected: rejectedAction === 'none',
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
        if (answer.rejected) rejections.inc();
        acted.inc({ action: answer.action ?? 'none' });
      }
      if (error instanceof MissingLandmarks) missing.inc(error.count);
    },
  };
}

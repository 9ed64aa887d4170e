import type { DigitAnswer } from '@facet/contracts';
import { differences, type Tensors, type Work } from '@facet/inference';
import { classTruths, fromBase64, imageOf, measureConfidence, type ServedModel, type Task, type TaskParts } from '@facet/serving/kind';
import { BufferedCounter } from '@facet/telemetry';
import { z } from 'zod';
import type { DigitConfig } from '../config.ts';
import { fuseDigits, toAnswer } from './postprocess.ts';
import { readInk } from './preprocess.ts';
import { digitWatch, type SeenDigit } from './watch.ts';

type Answer = Omit<DigitAnswer, 'inference_time_seconds' | 'timestamp'>;

const noOptions = z.object({});

/** Reads the digit that a picture shows. */
export function digitTask(
  { imageMaxPixels, contract }: Pick<DigitConfig, 'imageMaxPixels' | 'contract'>,
  { registry }: TaskParts,
): Task<Buffer, Answer, SeenDigit> {
  const predicted = new BufferedCounter({ name: 'predicted_digit_count', help: 'Predictions by digit', labelNames: ['digit'] as const, registers: [registry] });
  const sure = measureConfidence(registry);

  async function see(bytes: Buffer, { manifest: { preprocessing } }: ServedModel, { clock }: Work): Promise<SeenDigit> {
    if (preprocessing.kind !== 'ink') throw new TypeError(`a digit model takes ink, not ${preprocessing.kind}`);
    return readInk(bytes, { maxPixels: imageMaxPixels }, preprocessing, clock);
  }

  const read = (outputs: Tensors, { manifest }: ServedModel) => toAnswer(outputs[manifest.outputs[0]!.name]!.data as Float32Array);

  return {
    contract,
    keys: { time: 'inference_time_seconds', classes: 'predictions_by_digit' },
    read: (payload, options) => imageOf(payload, options, noOptions).bytes,

    encoded: {
      name: 'image',
      fromText: fromBase64,
      async toRow(bytes, model, work) {
        const seen = await see(bytes, model, work);
        return { row: seen.ink, seen };
      },
    },
    rows: { see: (ink) => ({ ink }), read },

    async predict(bytes, model, work, sight) {
      const seen = await see(bytes, model, work);
      if (sight) sight.seen = seen;
      const outputs = await model.infer(seen.ink, model.manifest.inputs[0]!.shape.slice(1), work);
      return read(outputs, model);
    },

    ensemble: { fuse: fuseDigits },
    confidenceOf: ({ confidence }) => confidence,
    watch: digitWatch,
    truths: classTruths(({ predicted_digit }) => String(predicted_digit)),
    classesOf: ({ predicted_digit }) => [String(predicted_digit)],
    describe: ({ predicted_digit, confidence }) => ({ digit: predicted_digit, confidence }),

    check({ preprocessing, outputs }) {
      if (preprocessing.kind !== 'ink') return `it takes ${preprocessing.kind}, expected ink`;
      return outputs[0]!.shape.at(-1) === 10 ? undefined : 'expected a first output with ten values, the logits';
    },

    golden: {
      file: 'input.png',
      read: (bytes) => bytes,
      compare: (expected, { predicted_digit, all_probabilities }) =>
        differences(expected, { label: String(predicted_digit), probabilities: all_probabilities }, { probabilities: 0.001 }),
    },

    observe({ version, answer }) {
      if (!answer) return;
      predicted.inc({ digit: String(answer.predicted_digit) });
      sure(version, answer.confidence);
    },
  };
}

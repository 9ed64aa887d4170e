import type { DigitAnswer, DigitsRead } from '@facet/contracts';
import { differences, splitRows, type Tensors, type Work } from '@facet/inference';
import { classTruths, fromBase64, imageOf, measureConfidence, type ServedModel, type Task, type TaskParts } from '@facet/serving/kind';
import { BufferedCounter } from '@facet/telemetry';
import { z } from 'zod';
import type { DigitConfig } from '../config.ts';
import { fuseDigits, ofProbabilities, probabilitiesOf, toAnswer } from './postprocess.ts';
import { readInk, type InkSettings } from './preprocess.ts';
import { readDigits } from './read-digits.ts';
import { stopIfOver } from './stop-if-over.ts';
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

  const limits = { maxPixels: imageMaxPixels };
  const settingsOf = ({ manifest: { preprocessing } }: ServedModel): InkSettings => {
    if (preprocessing.kind !== 'ink') throw new TypeError(`a digit model takes ink, not ${preprocessing.kind}`);
    return preprocessing;
  };
  const see = (bytes: Buffer, model: ServedModel, work: Work): Promise<SeenDigit> => readInk(bytes, limits, settingsOf(model), work);
  const logitsOf = (outputs: Tensors, { manifest }: ServedModel): Float32Array => outputs[manifest.outputs[0]!.name]!.data as Float32Array;
  const read = (outputs: Tensors, model: ServedModel, seen: SeenDigit) => toAnswer(logitsOf(outputs, model), seen.digits);

  /** Infers rows in as few runs as the model takes them in. */
  async function inferRows(rows: readonly Float32Array[], model: ServedModel, work: Work): Promise<Float32Array[]> {
    const { inputs, maxBatchRows } = model.manifest;
    const { name, shape } = inputs[0]!;
    const logits: Float32Array[] = [];
    for (let from = 0; from < rows.length; from += maxBatchRows) {
      stopIfOver(work);
      const part = rows.slice(from, from + maxBatchRows);
      const data = new Float32Array(part.length * part[0]!.length);
      for (const [index, row] of part.entries()) data.set(row, index * row.length);
      const outputs = await model.inferTensors({ [name]: { type: 'float32', data, dims: [part.length, ...shape.slice(1)] } }, part.length, work);
      logits.push(...splitRows(outputs, Array<number>(part.length).fill(1)).map((row) => logitsOf(row, model)));
    }
    return logits;
  }

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
      return read(outputs, model, seen);
    },

    async transcribe(bytes, model, work) {
      const found = await readDigits(bytes, limits, settingsOf(model), work);
      const logits = await inferRows(
        found.flat().map(({ ink }) => ink),
        model,
        work,
      );
      let next = 0;
      const lines = found.map((line) =>
        line.map(({ bbox }) => {
          const { predicted_digit: digit, confidence, all_probabilities: probabilities, rejected } = ofProbabilities(probabilitiesOf(logits[next++]!));
          return { digit, confidence, bbox, probabilities, rejected };
        }),
      );
      const texts = lines.map((line) => line.map(({ digit }) => digit).join(''));
      return { text: texts.join('\n'), lines: texts, digits: lines.flat() } satisfies Omit<DigitsRead, 'inference_time_seconds' | 'timestamp'>;
    },

    ensemble: { fuse: fuseDigits },
    confidenceOf: ({ confidence }) => confidence,
    watch: digitWatch,
    truths: classTruths(({ predicted_digit }) => String(predicted_digit)),
    classesOf: ({ predicted_digit }) => [String(predicted_digit)],
    describe: ({ predicted_digit, confidence, rejected }) => ({ digit: predicted_digit, confidence, rejected }),

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

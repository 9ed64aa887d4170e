import { detectionOptions, withDefaults, type DetectionAnswer, type DetectionOptions } from '@facet/contracts';
import { annotate, release, type Letterbox } from '@facet/imaging';
import { freeTensors } from '@facet/inference';
import { boxTruths, fromBase64, imageOf, measureConfidence, streamPictures, type Task, type TaskParts } from '@facet/serving/kind';
import type { DetectionConfig } from '../config.ts';
import { checkDetector } from './check-detector.ts';
import { compareDetections } from './compare-detections.ts';
import { detectorEnsemble } from './ensemble.ts';
import { detectionObserver } from './metrics.ts';
import { prepare } from './preprocess.ts';
import { readDetections } from './read-detections.ts';
import { detectionWatch, type SeenPicture, type View } from './watch.ts';

type Answer = Omit<DetectionAnswer, 'inference_time' | 'timestamp'>;

interface Input {
  readonly bytes: Buffer;
  readonly options: DetectionOptions;
  /** Answer with the picture instead of JSON. */
  readonly annotated: boolean;
}

function viewOf({ image: { width, height, channels }, scaleX, scaleY, offsetX, offsetY }: Omit<Letterbox, 'pixels'>): View {
  return { scaleX, scaleY, offsetX, offsetY, width, height, channels };
}

/** Finds the objects in an image. */
export function detectionTask(config: DetectionConfig, { registry }: TaskParts): Task<Input, Answer, SeenPicture> {
  const limits = { maxPixels: config.imageMaxPixels };
  const observe = detectionObserver(registry);
  const sure = measureConfidence(registry);
  const optionsSchema = withDefaults(detectionOptions, config.declared.defaults);
  // What a request gets that asks for nothing else.
  const usual = optionsSchema.parse({});

  return {
    contract: config.contract,
    keys: { time: 'inference_time', classes: 'predictions_by_class' },
    read: (payload, options) => ({ ...imageOf(payload, options, optionsSchema), annotated: options['annotate'] === true }),

    encoded: {
      name: 'image',
      fromText: fromBase64,
      async toRow(bytes, { manifest: { preprocessing } }, { clock }) {
        if (preprocessing.kind !== 'letterbox') throw new TypeError(`a detector takes a letterbox, not ${preprocessing.kind}`);
        const { tensor, pixels, ...letterbox } = await prepare(bytes, limits, preprocessing, clock);
        return { row: tensor, seen: { pixels, view: viewOf(letterbox) } };
      },
    },
    rows: {
      see(_row, { manifest: { inputs } }) {
        const size = inputs[0]!.shape.at(-1)!;
        return { pixels: undefined, view: { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0, width: size, height: size, channels: 3 } };
      },
      read: (outputs, model, { view }) => readDetections(outputs, model, view, usual),
    },

    async predict({ bytes, options }, model, work, sight) {
      const { preprocessing } = model.manifest;
      if (preprocessing.kind !== 'letterbox') throw new TypeError(`${model.reference} is not a detector`);
      const { tensor, pixels, ...letterbox } = await prepare(bytes, limits, preprocessing, work.clock);
      const view = viewOf(letterbox);
      // What another threshold lets through is no sign of drift.
      if (sight && options.conf_threshold === usual.conf_threshold) sight.seen = { pixels, view };
      else release(pixels);
      const outputs = await model.infer(tensor, [3, preprocessing.size, preprocessing.size], work);
      const answer = readDetections(outputs, model, view, options);
      freeTensors(outputs);
      return answer;
    },

    ensemble: detectorEnsemble(),
    confidenceOf: ({ detections }) => detections[0]?.confidence,
    watch: detectionWatch,
    truths: boxTruths,
    classesOf: ({ detections }) => detections.map(({ class_name }) => class_name),
    describe: ({ detections }) => ({ detections: detections.length, best: detections[0]?.class_name }),

    check: checkDetector,

    golden: {
      file: 'input.jpg',
      read: (bytes) => ({ bytes, options: detectionOptions.parse({}), annotated: false }),
      compare: compareDetections,
    },

    async render({ detections }, { bytes, annotated }) {
      if (!annotated) return undefined;
      const boxes = detections.map(({ class_id, class_name, confidence, bbox }) => ({ classId: class_id, label: class_name, confidence, bbox }));
      return { body: await annotate(bytes, limits, boxes), type: 'image/jpeg' };
    },

    observe(outcome) {
      observe(outcome);
      for (const { confidence } of outcome.answer?.detections ?? []) sure(outcome.version, confidence);
    },

    stream: streamPictures({ config, registry }),
  };
}

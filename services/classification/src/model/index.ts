import { classificationOptions, withDefaults, type ClassificationOptions } from '@facet/contracts';
import { release } from '@facet/imaging';
import { freeTensors, type PicturePreprocessing } from '@facet/inference';
import { fromBase64, imageOf, labelsTruths, measureConfidence, streamPictures, type ServedModel, type Task, type TaskParts } from '@facet/serving/kind';
import type { ClassificationConfig } from '../config.ts';
import { checkClassifier } from './check-classifier.ts';
import { Classified, fuseClasses } from './classified.ts';
import { compareClasses } from './compare-classes.ts';
import { prepare } from './preprocess.ts';
import { readVerdict } from './read-verdict.ts';
import { classificationWatch, type SeenPicture } from './watch.ts';

interface Input {
  readonly bytes: Buffer;
  readonly options: ClassificationOptions;
}

/** @throws {TypeError} for a model that takes something else */
function settingsOf({ manifest: { preprocessing }, reference }: ServedModel): PicturePreprocessing {
  if (preprocessing.kind !== 'picture') throw new TypeError(`${reference} is no classifier of images`);
  return preprocessing;
}

/** Tells which of its classes a picture shows. */
export function classificationTask(config: ClassificationConfig, { registry }: TaskParts): Task<Input, Classified, SeenPicture> {
  const limits = { maxPixels: config.imageMaxPixels };
  const sure = measureConfidence(registry);
  const optionsSchema = withDefaults(classificationOptions, config.declared.defaults);
  // What a request gets that asks for nothing else.
  const usual = optionsSchema.parse({});

  return {
    contract: config.contract,
    keys: { time: 'inference_time', classes: 'predictions_by_class' },
    read: (payload, options) => imageOf(payload, options, optionsSchema),

    encoded: {
      name: 'image',
      fromText: fromBase64,
      async toRow(bytes, model, { clock }) {
        const { tensor, pixels, image } = await prepare(bytes, limits, settingsOf(model), clock);
        return { row: tensor, seen: { pixels, size: image } };
      },
    },
    rows: {
      see: (_row, model) => ({ pixels: undefined, size: settingsOf(model) }),
      read: (outputs, { manifest }) => new Classified(readVerdict(outputs, manifest), usual),
    },

    async predict({ bytes, options }, model, work, sight) {
      const { tensor, pixels, image } = await prepare(bytes, limits, settingsOf(model), work.clock);
      if (sight) sight.seen = { pixels, size: image };
      else release(pixels);
      const outputs = await model.infer(tensor, model.manifest.inputs[0]!.shape.slice(1), work);
      const answer = new Classified(readVerdict(outputs, model.manifest), options);
      freeTensors(outputs);
      return answer;
    },

    ensemble: { fuse: (answers, { options }) => fuseClasses(answers, options) },
    confidenceOf: ({ confidence }) => confidence,
    watch: classificationWatch,
    truths: labelsTruths,
    classesOf: ({ class_name, labels }) => labels?.map((label) => label.class_name) ?? [class_name],
    describe: ({ class_name, confidence, rejected }) => ({ class: class_name, confidence, rejected }),

    check: checkClassifier,

    golden: {
      file: 'input.jpg',
      read: (bytes) => ({ bytes, options: usual }),
      compare: compareClasses,
    },

    observe({ version, answer }) {
      if (answer) sure(version, answer.confidence);
    },

    stream: streamPictures({ config, registry }),
  };
}

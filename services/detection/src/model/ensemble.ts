import type { DetectionAnswer, DetectionOptions } from '@facet/contracts';
import type { Fusion } from '@facet/serving/kind';
import { fuseBoxes } from './fuse-boxes.ts';
import { tenth } from './postprocess.ts';

type Answer = Omit<DetectionAnswer, 'inference_time' | 'timestamp'>;

/** A box below the confidence that is asked may be lifted above it by one that another version is surer of; below this share of it, hardly. */
const worthAsking = 0.4;
/** Boxes of each version. */
const most = 300;

/**
 * How detectors answer together. Each is asked for more than the client asks for, since what a box is worth depends on what the others
 * see in its place.
 */
export function detectorEnsemble<Input extends { readonly options: DetectionOptions }>(): Fusion<Input, Answer> {
  return {
    ask: (input) => ({ ...input, options: { ...input.options, conf_threshold: worthAsking * input.options.conf_threshold, max_detections: most } }),
    fuse(answers, { options: { conf_threshold, max_detections } }) {
      const names = new Map(answers.flatMap(({ detections }) => detections.map(({ class_id, class_name }) => [class_id, class_name])));
      const models = answers.map(({ detections }) => detections.map(({ class_id, confidence, bbox }) => ({ class: class_id, confidence, corners: bbox })));
      const detections = fuseBoxes(models)
        .filter(({ confidence }) => confidence >= conf_threshold)
        .slice(0, max_detections)
        .map(({ class: id, confidence, corners: [x1, y1, x2, y2] }): Answer['detections'][number] => ({
          class_id: id,
          class_name: names.get(id)!,
          confidence,
          bbox: [tenth(x1), tenth(y1), tenth(x2), tenth(y2)],
        }));
      return { detections, image_shape: answers[0]!.image_shape, confidence_threshold: conf_threshold };
    },
  };
}

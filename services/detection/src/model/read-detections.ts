import type { DetectionAnswer, DetectionOptions } from '@facet/contracts';
import type { Tensors } from '@facet/inference';
import type { ServedModel } from '@facet/serving/kind';
import { Candidates } from './heads/candidates.ts';
import { headOf } from './heads/head-of.ts';
import { toDetections } from './postprocess.ts';
import type { View } from './watch.ts';

type Answer = Omit<DetectionAnswer, 'inference_time' | 'timestamp'>;

/**
 * The objects that a detector's outputs tell of.
 *
 * @param outputs of one picture
 * @throws {TypeError} for a model that is no detector
 */
export function readDetections(outputs: Tensors, model: ServedModel, view: View, options: DetectionOptions): Answer {
  const { preprocessing, head, labels } = model.manifest;
  if (preprocessing.kind !== 'letterbox' || !head || head.layout === 'classes') throw new TypeError(`${model.reference} is not a detector`);
  const reader = headOf(head, preprocessing.size);
  const candidates = new Candidates(options.conf_threshold);
  reader.read(
    model.manifest.outputs.map(({ name }) => outputs[name]!),
    { classes: labels.length, multiLabel: options.multi_label },
    candidates,
  );
  const detections = toDetections(
    candidates.toArray(),
    { labels, iouThreshold: reader.suppressed ? 1 : options.iou_threshold, maxDetections: options.max_detections },
    view,
  );
  return { detections, image_shape: [view.height, view.width, view.channels], confidence_threshold: options.conf_threshold };
}

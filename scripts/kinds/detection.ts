import { missingData, sharedData } from '@facet/testkit';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cells } from '../models/evaluate/cells.ts';
import { objects, photographs } from '../models/evaluate/objects.ts';
import { understandDetector } from '../models/import/detector.ts';
import { asPicture, round } from '../models/import/golden-files.ts';
import { pictureForm } from '../models/reference/reference-data.ts';
import { writeBoxTable } from '../samples/write-box-table.ts';
import { writeCoco } from '../samples/write-coco.ts';
import { writeYolo } from '../samples/write-yolo.ts';
import type { KindTools } from './kind-tools.ts';

/** A service's defaults, under which a golden picture is asked. */
const usual = { conf_threshold: 0.25, iou_threshold: 0.45 } as const;
/** Of a detector's input, whose coarsest cells have 32 pixels. */
const leastSide = 32;

interface Answer {
  readonly detections: readonly { readonly class_name: string; readonly confidence: number; readonly bbox: readonly number[] }[];
}

export const tools: KindTools = {
  preprocessing: 'letterbox',
  example: { file: 'examples/photo.jpg', type: 'image/jpeg', answer: /"class_name":"cup"/ },

  golden: {
    file: 'input.jpg',
    query: usual,
    // No confidence is over 1, so that nothing is expected and nothing is too much.
    anything: { confThreshold: 2, iouThreshold: usual.iou_threshold, detections: [] },
    read: (bytes) => asPicture(bytes, 'jpeg'),
    toGolden: (answer) => ({
      confThreshold: usual.conf_threshold,
      iouThreshold: usual.iou_threshold,
      detections: (answer as Answer).detections.map(({ class_name, confidence, bbox }) => ({ class_name, confidence: round(confidence, 4), bbox })),
    }),
    remark: (answer) =>
      (answer as Answer).detections.length === 0
        ? 'Warning: the model found nothing in the golden image, so the golden check proves little; import it again with --replace and a --golden image that shows its classes.'
        : undefined,
  },

  importing: {
    options: ['size', 'range', 'colour', 'anchor', 'box-format'],
    refuse: ({ size }) =>
      size && (size.width !== size.height || size.width < leastSide)
        ? `--size: expected a square of ${leastSide} pixels or more for a detector, found ${size.width}x${size.height}.`
        : undefined,
    exporters: 'torch, and libreyolo or ultralytics where its checkpoint is one of theirs',
    understand: understandDetector,
  },

  evaluators: [objects, cells],
  ensemble: { evaluator: objects, metrics: ['mAP', 'mAP at IoU 0.50', 'mAP at IoU 0.75', 'mAP, small objects'] },

  reference: {
    source: 'COCO val2017, freely licensed part',
    missing: () => missingData(photographs),
    items() {
      const folder = sharedData(photographs)!;
      return readdirSync(folder).map((name) => ({ body: async () => pictureForm(new Uint8Array(await readFile(join(folder, name))), name) }));
    },
  },

  writers: { yolo: writeYolo, coco: writeCoco, csv: writeBoxTable },
};

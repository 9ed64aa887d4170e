import type { BoxesTruth, ClassTruth, LabelsTruth, Truth } from '@facet/contracts';

/** How a task's answers and what people say of its inputs are brought together. */
export interface Truths<Answer> {
  /** What would be true if the answer were right. */
  of(answer: Answer): Truth;
  /** Why something cannot be true, as one sentence; undefined when it can. `answer` is what the model said of the same input. */
  refuse(truth: Truth, labels: readonly string[], answer: Answer): { readonly pointer: string; readonly detail: string } | undefined;
}

const known = (labels: readonly string[]): string =>
  `expected one of ${labels.slice(0, 30).join(', ')}${labels.length > 30 ? ', … (/model_info lists them all)' : ''}`;

/** Of a task that tells classes apart. */
export function classTruths<Answer>(labelOf: (answer: Answer) => string): Truths<Answer> {
  return {
    of: (answer): ClassTruth => ({ label: labelOf(answer) }),
    refuse(truth, labels) {
      const { label } = truth as ClassTruth;
      return labels.includes(label) ? undefined : { pointer: '/truth/label', detail: known(labels) };
    },
  };
}

interface Classified {
  readonly class_name: string;
  /** Only from multi-label models. */
  readonly labels?: readonly { readonly class_name: string }[] | undefined;
}

/** Of a task whose pictures show one class, or with a multi-label model any number of them. */
export const labelsTruths: Truths<Classified> = {
  of: ({ class_name, labels }): LabelsTruth => (labels ? { labels: labels.map((each) => each.class_name) } : { label: class_name }),
  refuse(truth, labels, answer) {
    if (answer.labels) {
      if (!('labels' in truth)) return { pointer: '/truth', detail: 'expected {"labels": […]}: this model gives an image several labels' };
      const wrong = truth.labels.findIndex((name, index) => !labels.includes(name) || truth.labels.indexOf(name) !== index);
      if (wrong < 0) return undefined;
      const isKnown = labels.includes(truth.labels[wrong]!);
      return { pointer: `/truth/labels/${wrong}`, detail: isKnown ? 'expected each label once' : known(labels) };
    }
    if (!('label' in truth)) return { pointer: '/truth', detail: 'expected {"label": …}: this model gives an image one label' };
    return labels.includes(truth.label) ? undefined : { pointer: '/truth/label', detail: known(labels) };
  },
};

interface Found {
  readonly detections: readonly { readonly class_name: string; readonly bbox: readonly number[] }[];
  /** What was read from a store may lack it. */
  readonly image_shape?: readonly number[];
}

/** Of a task that finds objects. */
export const boxTruths: Truths<Found> = {
  of: ({ detections }): BoxesTruth => ({
    boxes: detections.map(({ class_name, bbox }) => ({ class_name, bbox: bbox.slice(0, 4) as [number, number, number, number] })),
  }),
  refuse(truth, labels, { image_shape: [height = 0, width = 0] = [] }) {
    if (!('boxes' in truth)) return undefined;
    for (const [index, { class_name, bbox }] of truth.boxes.entries()) {
      const [x1, y1, x2, y2] = bbox;
      if (!labels.includes(class_name)) return { pointer: `/truth/boxes/${index}/class_name`, detail: known(labels) };
      if (!(x1 < x2 && y1 < y2 && x2 <= width && y2 <= height))
        return { pointer: `/truth/boxes/${index}/bbox`, detail: `expected x1 < x2 and y1 < y2 within the image, ${width} by ${height} pixels` };
    }
    return undefined;
  },
};

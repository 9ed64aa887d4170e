import { asPicture, toProbabilities } from '../models/import/golden-files.ts';
import { understandPictures } from '../models/import/picture-classifier.ts';
import { writeClasses } from '../samples/write-classes.ts';
import type { KindTools } from './kind-tools.ts';

interface Answer {
  readonly class_name: string;
  readonly top: readonly { readonly class_name: string; readonly confidence: number }[];
}

export const tools: KindTools = {
  preprocessing: 'picture',
  example: { file: 'examples/photo.jpg', type: 'image/jpeg', answer: /"class_name":"/ },

  golden: {
    file: 'input.jpg',
    anything: {},
    read: (bytes) => asPicture(bytes, 'jpeg'),
    toGolden(answer) {
      const { class_name, top } = answer as Answer;
      return toProbabilities(class_name, Object.fromEntries(top.map((each) => [each.class_name, each.confidence])));
    },
    remark: (answer) => `It takes the golden image for '${(answer as Answer).class_name}'.`,
  },

  importing: {
    options: ['size', 'range', 'range -1-1', 'colour', 'colour grey', 'resize', 'mean', 'std', 'interpolation', 'layout', 'scores', 'multi-label'],
    sharesNames: true,
    understand: understandPictures,
  },

  evaluators: [],
  writers: { csv: writeClasses },
};

import { classificationContract } from '@facet/contracts';
import { frameFields, portField } from '@facet/config';
import { imageFields, inferenceFields, taskFields, type TaskConfig } from '@facet/serving/kind';

export const classificationFields = {
  port: portField(classificationContract.port),
  ...taskFields('classification'),
  ...inferenceFields,
  ...imageFields,
  ...frameFields,
};

export type ClassificationConfig = TaskConfig<typeof classificationFields>;

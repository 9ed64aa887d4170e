import { detectionContract } from '@facet/contracts';
import { frameFields, portField } from '@facet/config';
import { imageFields, inferenceFields, taskFields, type TaskConfig } from '@facet/serving/kind';

export const detectionFields = { port: portField(detectionContract.port), ...taskFields('detection'), ...inferenceFields, ...imageFields, ...frameFields };

export type DetectionConfig = TaskConfig<typeof detectionFields>;

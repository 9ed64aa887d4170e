import { frameFields, portField, taskBodyField, type Config } from '@facet/config';
import { imageFields, inferenceFields } from '@facet/serving';

export const detectionFields = { port: portField(8083), taskBodyMaxBytes: taskBodyField('detection'), ...inferenceFields, ...imageFields, ...frameFields };

export type DetectionConfig = Config<typeof detectionFields>;

import { frameFields, portField, type Config } from '@facet/config';
import { imageFields, inferenceFields } from '@facet/serving';

export const detectionFields = { port: portField(8083), ...inferenceFields, ...imageFields, ...frameFields };

export type DetectionConfig = Config<typeof detectionFields>;

import { portField, taskBodyField, type Config } from '@facet/config';
import { imageFields, inferenceFields } from '@facet/serving';

export const digitFields = { port: portField(8082), taskBodyMaxBytes: taskBodyField('digit'), ...inferenceFields, ...imageFields };

export type DigitConfig = Config<typeof digitFields>;

import { digitContract } from '@facet/contracts';
import { portField } from '@facet/config';
import { imageFields, inferenceFields, taskFields, type TaskConfig } from '@facet/serving/kind';

export const digitFields = { port: portField(digitContract.port), ...taskFields('digit'), ...inferenceFields, ...imageFields };

export type DigitConfig = TaskConfig<typeof digitFields>;

import { field } from './load-config.ts';
import { list, text } from './values.ts';

/** The secret that the gateway and its services share. */
export const serviceTokenFields = {
  serviceTokens: field({
    env: 'SERVICE_TOKEN',
    schema: list(),
    secret: true,
    doc: 'Secret that the gateway sends with every call and that services then require (401 otherwise, probes excepted): 16 characters at least. During a rotation two, divided by a comma: the gateway sends the first, services accept both.',
  }),
  serviceTokenFile: field({
    env: 'SERVICE_TOKEN_FILE',
    schema: text(),
    doc: 'File with the same, one secret a line, read again when it changes; it goes before `SERVICE_TOKEN`.',
  }),
};

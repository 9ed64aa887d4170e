import { field } from './load-config.ts';
import { list, text } from './values.ts';

/** The secret that the gateway and its services share. */
export const serviceTokenFields = {
  serviceTokens: field({
    env: 'SERVICE_TOKEN',
    schema: list(),
    secret: true,
    doc: 'Shared secret, at least 16 characters, that the gateway sends with every call. Services return 401 without it, except for probes. To rotate, set two secrets separated by a comma: the gateway sends the first, services accept both.',
  }),
  serviceTokenFile: field({
    env: 'SERVICE_TOKEN_FILE',
    schema: text(),
    doc: 'File with the same secrets, one per line, reloaded when it changes. Takes precedence over `SERVICE_TOKEN`.',
  }),
};

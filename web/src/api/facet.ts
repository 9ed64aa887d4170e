import { createClient, type FacetClient } from '@facet/client';
import { heldKey } from './key.ts';

/** The client of this host, below whatever prefix the page was served, with the key of the visit. */
export function facet(): FacetClient {
  return createClient({ url: new URL('.', document.baseURI).href, apiKey: heldKey });
}

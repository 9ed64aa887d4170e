import { sharedData } from '@facet/testkit';

/** One input that a model is made for. */
interface Item {
  /** For sentences, where it has one. */
  readonly name?: string;
  readonly body: () => Promise<FormData | object>;
  /** Whether the answer is right; undefined where that is not a question of yes and no. */
  readonly isRight?: (answer: unknown) => boolean;
}

export interface ReferenceData {
  /** As the reference names it. */
  readonly source: string;
  /** Says what data is missing, or nothing when it is there. */
  readonly missing: () => string | undefined;
  readonly items: () => readonly Item[];
}

/** Says that data is missing, or nothing when it is there. */
export function lackingData(path: string): string | undefined {
  return sharedData(path) === undefined ? `shared/data/${path} is not beside the checkout` : undefined;
}

/** A picture as a form sends it. */
export function pictureForm(bytes: Uint8Array<ArrayBuffer>, name: string): FormData {
  const data = new FormData();
  data.set('file', new Blob([bytes]), name);
  return data;
}

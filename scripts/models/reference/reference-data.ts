/** What one answer says, as far as it can be held against a label. */
export interface Answered {
  readonly class_name?: string;
  readonly predicted_digit?: number;
  readonly gesture?: string;
}

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

/** A picture as a form sends it. */
export function pictureForm(bytes: Uint8Array<ArrayBuffer>, name: string): FormData {
  const data = new FormData();
  data.set('file', new Blob([bytes]), name);
  return data;
}

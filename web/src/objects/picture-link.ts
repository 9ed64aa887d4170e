import type { FrameStream, Picture } from '@facet/client';
import type { DetectionAnswer } from '@facet/contracts';
import { ask, type Asked } from '../api/ask.ts';
import { facet } from '../api/facet.ts';
import { onNewKey } from '../api/key.ts';

/** Asks one version about one picture. */
export function lookOnce(version: string, image: Blob, threshold: number): Promise<Asked<DetectionAnswer>> {
  const form = new FormData();
  form.set('file', image, 'picture');
  form.set('conf_threshold', String(threshold));
  return ask<DetectionAnswer>(`detection/${version}/predict`, { method: 'POST', body: form });
}

/** Asks one version about one picture after the other: over its stream, or by requests while there is none. */
export class PictureLink {
  readonly #version: string;
  readonly #threshold: number;
  readonly #forgetKeys: () => void;
  #stream: FrameStream<Picture>;
  /** Settles when it is known whether there is a stream. */
  #isKnown!: Promise<void>;
  #waiting: { readonly resolve: (seen: Asked<DetectionAnswer>) => void; readonly reject: (error: Error) => void } | undefined;

  constructor(version: string, threshold: number) {
    this.#version = version;
    this.#threshold = threshold;
    this.#stream = this.#open();
    // A stream that was refused for the key is opened with the next.
    this.#forgetKeys = onNewKey(() => {
      this.#stream.close();
      this.#waiting?.reject(new LostStream());
      this.#stream = this.#open();
    });
  }

  /**
   * Looks at a picture; wait for the answer before the next.
   *
   * @throws {Error} a sentence for people
   */
  async look(image: Blob): Promise<Asked<DetectionAnswer>> {
    await this.#isKnown;
    if (!this.#stream.isOpen) return lookOnce(this.#version, image, this.#threshold);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#stream.send(image);
      });
    } catch (error) {
      if (error instanceof LostStream) return lookOnce(this.#version, image, this.#threshold);
      throw error;
    }
  }

  close(): void {
    this.#forgetKeys();
    this.#stream.close();
  }

  #open(): FrameStream<Picture> {
    let known = (): void => undefined;
    this.#isKnown = new Promise((resolve) => (known = resolve));
    return facet().detection.stream({
      // The request that is made instead tells why, and asks for a key.
      asksWhy: false,
      version: this.#version,
      conf_threshold: this.#threshold,
      onOpen: () => known(),
      onAnswer: (answer, roundTripMs) => {
        const stages = Object.entries(answer.stages).map(([name, ms]) => ({ name, ms }));
        this.#waiting?.resolve({ body: answer, roundTripMs, stages });
      },
      onProblem: ({ problem }) => this.#waiting?.reject(new Error(problem.detail)),
      onLost: () => {
        known();
        this.#waiting?.reject(new LostStream());
      },
    });
  }
}

/** The picture that was on its way is asked about by a request. */
class LostStream extends Error {}

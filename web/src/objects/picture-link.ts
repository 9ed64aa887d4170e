import type { DetectionAnswer, DetectionStreamMessage } from '@facet/contracts';
import { ask, type Asked } from '../api/ask.ts';

/** Asks one version about one picture. */
export function lookOnce(version: string, image: Blob, threshold: number): Promise<Asked<DetectionAnswer>> {
  const form = new FormData();
  form.set('file', image, 'picture');
  form.set('conf_threshold', String(threshold));
  return ask<DetectionAnswer>(`detection/${version}/predict`, { method: 'POST', body: form });
}

interface Waiting {
  readonly resolve: (message: Exclude<DetectionStreamMessage, { type: 'hello' }>) => void;
  readonly reject: (error: Error) => void;
}

/** Asks one version about one picture after the other: over its stream, or by requests where no stream comes about or it breaks off. */
export class PictureLink {
  readonly #version: string;
  readonly #threshold: number;
  readonly #socket: WebSocket;
  /** Settles when it is known whether there is a stream. */
  readonly #opened: Promise<void>;
  #waiting: Waiting | undefined;

  constructor(version: string, threshold: number) {
    this.#version = version;
    this.#threshold = threshold;
    const url = new URL(`detection/stream?version=${version}&conf_threshold=${threshold}`, document.baseURI);
    url.protocol = url.protocol.replace('http', 'ws');
    this.#socket = new WebSocket(url);
    this.#opened = new Promise((resolve) => {
      this.#socket.addEventListener('open', () => resolve());
      this.#socket.addEventListener('close', () => resolve());
    });
    this.#socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as DetectionStreamMessage;
      if (message.type !== 'hello') this.#waiting?.resolve(message);
    });
    this.#socket.addEventListener('close', () => this.#waiting?.reject(new Error('the stream broke off')));
  }

  /**
   * Looks at a picture; wait for the answer before the next.
   *
   * @throws {Error} a sentence for people
   */
  async look(image: Blob): Promise<Asked<DetectionAnswer>> {
    await this.#opened;
    const sentAt = performance.now();
    const answered = this.#socket.readyState === WebSocket.OPEN ? await this.#send(image).catch(() => undefined) : undefined;
    if (!answered) return lookOnce(this.#version, image, this.#threshold);
    if (answered.type === 'problem') throw new Error(answered.problem.detail);
    const stages = Object.entries(answered.stages).map(([name, ms]) => ({ name, ms }));
    return { body: answered, roundTripMs: performance.now() - sentAt, stages };
  }

  close(): void {
    this.#socket.close(1000);
  }

  #send(image: Blob): Promise<Exclude<DetectionStreamMessage, { type: 'hello' }>> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.send(image);
    });
  }
}

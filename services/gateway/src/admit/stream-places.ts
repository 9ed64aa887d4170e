import { Concurrency } from './concurrency.ts';
import { Lease } from './lease.ts';

type Holder = 'caller' | 'address';

interface StreamPlacesConfig {
  /** WebSockets that this process keeps open. */
  readonly streamMaxConnections: number;
  readonly streamMaxPerCaller?: number | undefined;
  readonly streamMaxPerAddress?: number | undefined;
}

/** Of all streams of a process, one holder gets this part at most unless a setting says otherwise: several must fit. */
const defaultPart = 1 / 4;

/** The open streams of each caller and each address in this process, so that none of them holds all that it keeps open. */
export class StreamPlaces {
  readonly #open = new Concurrency();
  readonly #limits: Readonly<Record<Holder, number>>;

  constructor({ streamMaxConnections, streamMaxPerCaller, streamMaxPerAddress }: StreamPlacesConfig) {
    const usual = Math.max(1, Math.floor(streamMaxConnections * defaultPart));
    this.#limits = { caller: streamMaxPerCaller ?? usual, address: streamMaxPerAddress ?? usual };
  }

  limitOf(of: Holder): number {
    return this.#limits[of];
  }

  /** Takes a place; undefined when the holder has as many as it may. */
  take(of: Holder, name: string): Lease | undefined {
    const holder = `${of} ${name}`;
    return this.#open.enter(holder, this.#limits[of]) ? new Lease(() => this.#open.leave(holder)) : undefined;
  }
}

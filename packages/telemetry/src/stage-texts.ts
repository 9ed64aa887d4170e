/** What is told of a request's stages. */
export interface StageTexts {
  /** As the value of a `Server-Timing` header. */
  readonly header: string;
  readonly json: string;
}

/** Stages and their milliseconds as text. */
type Times = readonly (readonly [stage: string, ms: string])[];

const toHeader = (times: Times): string => times.map(([stage, ms]) => `${stage};dur=${ms}`).join(', ');
const toJson = (times: Times): string => `{${times.map(([stage, ms]) => `"${stage}":${ms}`).join(',')}}`;

const placeholder = '0.000';
/** What has more digits than the placeholder once it is rounded. */
const tooLongMs = 9.9995;
const zero = 0x30;

/** Both texts of requests that passed the same stages, none of them for long: they differ in digits only. */
interface Layout {
  readonly header: Buffer;
  readonly json: Buffer;
  /** By stage, where its digits are in the text; -1 for those that were not passed. */
  readonly inHeader: readonly number[];
  readonly inJson: readonly number[];
}

/**
 * Writes what a request spent in its stages, in milliseconds to three decimals.
 *
 * Every request needs both texts, and put together from pieces they cost more than all marks of its clock. So digits are written into texts
 * that stand there already.
 */
export class StageWriter {
  readonly #stages: readonly string[];
  /** By the stages that were passed, a bit for each. */
  readonly #layouts: (Layout | undefined)[] = [];

  constructor(stages: readonly string[]) {
    this.#stages = stages;
  }

  /**
   * @param spent milliseconds by stage
   * @param passed the stages that count: a bit for each, the first the lowest
   */
  write(spent: readonly number[], passed: number): StageTexts {
    const { header, json, inHeader, inJson } = (this.#layouts[passed] ??= this.#layOut(passed));
    for (let stage = 0; stage < inHeader.length; stage += 1) {
      const at = inHeader[stage]!;
      if (at < 0) continue;
      const ms = spent[stage]!;
      if (!(ms >= 0 && ms < tooLongMs)) return this.#compose(spent, passed);
      const jsonAt = inJson[stage]!;
      const microseconds = (ms * 1000 + 0.5) | 0;
      header[at] = json[jsonAt] = zero + ((microseconds / 1000) | 0);
      header[at + 2] = json[jsonAt + 2] = zero + (((microseconds / 100) | 0) % 10);
      header[at + 3] = json[jsonAt + 3] = zero + (((microseconds / 10) | 0) % 10);
      header[at + 4] = json[jsonAt + 4] = zero + (microseconds % 10);
    }
    return { header: header.toString(), json: json.toString() };
  }

  #compose(spent: readonly number[], passed: number): StageTexts {
    const times = this.#timesOf(passed, (stage) => spent[stage]!.toFixed(3));
    return { header: toHeader(times), json: toJson(times) };
  }

  #layOut(passed: number): Layout {
    const times = this.#timesOf(passed, () => placeholder);
    const [header, json] = [toHeader(times), toJson(times)];
    return { header: Buffer.from(header), json: Buffer.from(json), inHeader: this.#digitsIn(header, passed), inJson: this.#digitsIn(json, passed) };
  }

  #digitsIn(text: string, passed: number): number[] {
    let from = 0;
    return this.#stages.map((_, stage) => {
      if ((passed & (1 << stage)) === 0) return -1;
      const at = text.indexOf(placeholder, from);
      from = at + placeholder.length;
      return at;
    });
  }

  #timesOf(passed: number, timeOf: (stage: number) => string): Times {
    return this.#stages.flatMap((name, stage) => (passed & (1 << stage) ? [[name, timeOf(stage)] as const] : []));
  }
}

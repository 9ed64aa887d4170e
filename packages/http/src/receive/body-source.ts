import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';
import type { BodyBudget, BodyHolder } from './body-budget.ts';

/** A request whose body is read, and the budget that its bytes are counted against. */
export interface BodySource extends BodyHolder {
  readonly request: IncomingMessage;
  readonly budget: BodyBudget;
  /** Calls back when the answer is not waited for any more; undefined where that is not known. */
  onCancel?(callback: () => void): void;
}

export function bodyTooLarge(maxBytes: number): Problem {
  return new Problem('body-too-large', `The body exceeds the limit of ${maxBytes} bytes.`);
}

import { CmsError } from './cms-error.ts';

/** CMS remembers a reference for 30 days. */
const KEPT_MS = 30 * 86_400_000;

/** CMS's idempotency keys. If a `clientRef` is used again, the request gets the first answer, and nothing is done. */
export class IdempotencyKeys {
  readonly #clock: () => Date;
  readonly #answers = new Map<string, { operation: string; answer: string; at: number }>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /**
   * Returns the earlier answer for this reference, if there is one. Otherwise calls `act`, and remembers its answer
   * unless `act` throws.
   * @throws CmsError `E1003` if another operation has used the reference, `E1002` if the reference is empty.
   */
  once(clientRef: string, operation: string, act: () => string): string {
    if (clientRef === '') {
      throw new CmsError('E1002', 'clientRef is empty');
    }
    const previous = this.#answers.get(clientRef);
    const now = this.#clock().getTime();
    if (previous !== undefined && now - previous.at <= KEPT_MS) {
      if (previous.operation !== operation) {
        throw new CmsError('E1003', 'clientRef was used for another operation');
      }
      return previous.answer;
    }
    const answer = act();
    this.remember(clientRef, operation, answer, now);
    return answer;
  }

  /** `at` is in ms since 1970. */
  remember(clientRef: string, operation: string, answer: string, at: number): void {
    this.#answers.set(clientRef, { operation, answer, at });
  }
}

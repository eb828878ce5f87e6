import { CmsError } from './cms-error.ts';

/** A reference is good for 30 days (contracts' README, CMS). */
const KEPT_MS = 30 * 86_400_000;

/** Answers by `clientRef`: the same reference again gets the first answer, and nothing is done. */
export class Replays {
  readonly #clock: () => Date;
  readonly #answers = new Map<string, { operation: string; answer: string; at: number }>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /**
   * The answer that the reference had, or else what `act` answers, which is remembered unless it throws.
   * A reference of another operation is `E1003`, an empty one `E1002`.
   */
  once(clientRef: string, operation: string, act: () => string): string {
    if (clientRef === '') {
      throw new CmsError('E1002', 'clientRef is empty');
    }
    const known = this.#answers.get(clientRef);
    const now = this.#clock().getTime();
    if (known !== undefined && now - known.at <= KEPT_MS) {
      if (known.operation !== operation) {
        throw new CmsError('E1003', 'clientRef was used for another operation');
      }
      return known.answer;
    }
    const answer = act();
    this.remember(clientRef, operation, answer, now);
    return answer;
  }

  /** `at` in ms since the epoch. */
  remember(clientRef: string, operation: string, answer: string, at: number): void {
    this.#answers.set(clientRef, { operation, answer, at });
  }
}

import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';

/** The increase of the drop time at each further start, in ms. */
const raisedByMs = 25;

/**
 * Chooses the drop times of the replicas. Each is at least as large as the database's, because a replica with a smaller
 * drop time refuses to start.
 */
export class DropTimes {
  readonly #scenario: Scenario;
  readonly #random: Random;
  #started = 0;
  /** The largest drop time so far. */
  #largestMs = 0;

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
  }

  /** The database's drop time, in ms. Other subgraphs start with it. */
  get largestMs(): number {
    return this.#largestMs;
  }

  /** The drop time of the next replica, in ms. */
  next(): number {
    const { dropAfterMs, firstDropMs, mixesDropTimes, replicas } = this.#scenario;
    const isFirst = this.#started < replicas;
    const raised = mixesDropTimes && this.#started > 0 ? this.#largestMs + raisedByMs : dropAfterMs;
    const ms = (isFirst ? firstDropMs?.[this.#started] : undefined) ?? raised;
    this.#started += 1;
    this.#largestMs = Math.max(this.#largestMs, ms);
    return ms;
  }

  /** A drop time with which a replica must refuse to start, in ms; null if none is to be tried this time. */
  tooSmall(): number | null {
    const isTried = this.#scenario.mixesDropTimes && this.#started > 0 && this.#random.chance(0.2);
    return isTried ? this.#largestMs - 1 : null;
  }
}

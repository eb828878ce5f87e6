import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';

/** By how much each restarted replica raises the drop time, in ms. */
const raisedByMs = 25;

/**
 * The drop time that each replica is configured with. They differ, and each is at least the largest that the database has,
 * because a replica with a smaller one is refused at its start.
 */
export class DropTimes {
  readonly #scenario: Scenario;
  readonly #random: Random;
  #started = 0;
  /** The largest so far. */
  #largestMs = 0;

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
  }

  /** The drop time of the replica that is started now, in ms. */
  next(): number {
    const { dropAfterMs, firstDropMs, mixesDropTimes, replicas } = this.#scenario;
    const isFirst = this.#started < replicas;
    const raised = mixesDropTimes && this.#started > 0 ? this.#largestMs + raisedByMs : dropAfterMs;
    const ms = (isFirst ? firstDropMs?.[this.#started] : undefined) ?? raised;
    this.#started += 1;
    this.#largestMs = Math.max(this.#largestMs, ms);
    return ms;
  }

  /** A drop time with which a start must be refused, in ms; null: this time none is tried. */
  tooSmall(): number | null {
    const isTried = this.#scenario.mixesDropTimes && this.#started > 0 && this.#random.chance(0.2);
    return isTried ? this.#largestMs - 1 : null;
  }
}

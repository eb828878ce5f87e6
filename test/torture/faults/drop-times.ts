import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';

/** By how much a replica that is started again raises the drop time, in milliseconds. */
const raisedByMs = 25;

/** What the replicas of a run take for circulation's drop time: not all the same, and never less than it is in the database. */
export class DropTimes {
  readonly #scenario: Scenario;
  readonly #random: Random;
  #started = 0;
  /** The largest that a replica has told. */
  #largestMs = 0;

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
  }

  /** Of the replica that is started now. */
  next(): number {
    const { dropAfterMs, firstDropMs, mixesDropTimes, replicas } = this.#scenario;
    const isFirst = this.#started < replicas;
    const raised = mixesDropTimes && this.#started > 0 ? this.#largestMs + raisedByMs : dropAfterMs;
    const ms = (isFirst ? firstDropMs?.[this.#started] : undefined) ?? raised;
    this.#started += 1;
    this.#largestMs = Math.max(this.#largestMs, ms);
    return ms;
  }

  /** One with which a replica must not start; null: none is tried this time. */
  tooSmall(): number | null {
    const isTried = this.#scenario.mixesDropTimes && this.#started > 0 && this.#random.chance(0.2);
    return isTried ? this.#largestMs - 1 : null;
  }
}

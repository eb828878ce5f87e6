import { setImmediate } from 'node:timers/promises';
import type { Watch } from './call-points.ts';
import type { Fixture } from './fixture.ts';
import type { PausedRun } from './pause-at-point.ts';
import { type Payload, type System, settledAnswer, watchNothing } from './system.ts';

/** A number of turns of the event loop. A process that makes no call during them is waiting. */
const idleTurns = 20;

/** A clock that several processes share. It can skip half a minute while no call is in progress. */
export class SkippedTime {
  #aheadMs = 0;
  #inProgress = 0;
  #steps = 0;

  /** How far this clock is ahead of the machine's, in ms. */
  readonly aheadMs = (): number => this.#aheadMs;

  /** Counts calls in progress. During a call, skipped time would seem to be time that the call took. */
  readonly #watch: Watch = async ({ at }) => {
    this.#inProgress += at === 'before' ? 1 : -1;
    this.#steps += 1;
  };

  /** Options of a process that has this clock. `pause` can pause its run. A paused call is not in progress. */
  options(
    pause: Pick<PausedRun, 'watch' | 'watchJournal'> = { watch: watchNothing, watchJournal: watchNothing },
  ) {
    const besides =
      (other: Watch): Watch =>
      async (point) => {
        if (point.at === 'before') {
          await other(point);
        }
        await this.#watch(point);
        if (point.at !== 'before') {
          await other(point);
        }
      };
    return {
      aheadMs: this.aheadMs,
      watch: besides(pause.watch),
      watchJournal: besides(pause.watchJournal),
    };
  }

  /**
   * Skips some time, half a minute by default. Does nothing if a call is in progress or about to be made, because the
   * skip would end the call's time to send. Waits for turns of the event loop and not for a time, because a busy
   * machine may be slow.
   */
  readonly skip = async (ms = 30_000): Promise<void> => {
    const steps = this.#steps;
    for (let turn = 0; turn < idleTurns; turn += 1) {
      await setImmediate();
    }
    if (this.#inProgress === 0 && this.#steps === steps) {
      this.#aheadMs += ms;
    }
  };
}

/** Settles the operation as a second process would. To the journal, it is another process. */
export interface Successor extends AsyncDisposable {
  readonly system: System;
  /** Repeats the request until the operation is settled, and resolves to the last answer. */
  settled(): Promise<Payload>;
}

/** Opens a successor half a minute later. It skips another half minute whenever it waits. */
export async function openSuccessor(
  fixture: Fixture,
  skipped = new SkippedTime(),
  pause?: PausedRun,
): Promise<Successor> {
  await skipped.skip();
  const system = await fixture.open(skipped.options(pause));
  return {
    system,
    settled: () => settledAnswer(system, skipped.skip),
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}

import { setImmediate } from 'node:timers/promises';
import type { Watch } from './call-points.ts';
import type { Fixture } from './fixture.ts';
import type { PausedRun } from './pause-at-point.ts';
import { openSystem, type Payload, type System, settledAnswer, watchNothing } from './system.ts';

/** Turns of the event loop after which a process that made no call in them has nothing to do but wait. */
const idleTurns = 20;

/** A clock that several processes share, and that skips half a minute whenever nothing is under way. */
export class SkippedTime {
  #aheadMs = 0;
  #underWay = 0;
  #steps = 0;

  /** How far this clock is ahead of the machine's, in ms. */
  readonly aheadMs = (): number => this.#aheadMs;

  /** Watches every port, and the journal: a call under way would seem to have taken the time that is skipped. */
  readonly watch: Watch = async ({ at }) => {
    this.#underWay += at === 'before' ? 1 : -1;
    this.#steps += 1;
  };

  /**
   * The same, together with a run that may be paused. A paused call does not count as under way.
   */
  readonly besides =
    (pause: Watch): Watch =>
    async (point) => {
      if (point.at === 'before') {
        await pause(point);
      }
      await this.watch(point);
      if (point.at !== 'before') {
        await pause(point);
      }
    };

  /**
   * Skips half a minute, unless a call is under way, or follows at once on another: what was allowed to be sent a moment ago
   * would be too late. Turns of the event loop are counted and not time, as a busy machine may be slow.
   */
  readonly skip = async (): Promise<void> => {
    const steps = this.#steps;
    for (let turn = 0; turn < idleTurns; turn += 1) {
      await setImmediate();
    }
    if (this.#underWay === 0 && this.#steps === steps) {
      this.#aheadMs += 30_000;
    }
  };
}

/** Another process, as far as the journal can tell, that settles what is unsettled. */
export interface Successor extends AsyncDisposable {
  readonly system: System;
  /** Repeats the request until the operation is settled, and resolves to that answer. */
  settled(): Promise<Payload>;
}

/** Starts half a minute later, and skips another half minute each time it has to wait. */
export async function openSuccessor(
  fixture: Fixture,
  skipped = new SkippedTime(),
  pause?: PausedRun,
): Promise<Successor> {
  const { legacy, path, times, log, scenario } = fixture;
  await skipped.skip();
  const { watch, watchJournal } = pause ?? { watch: watchNothing, watchJournal: watchNothing };
  const system = await openSystem(scenario, {
    legacy,
    journal: { path },
    times,
    log,
    settles: true,
    aheadMs: skipped.aheadMs,
    watch: skipped.besides(watch),
    watchJournal: skipped.besides(watchJournal),
  });
  return {
    system,
    settled: () => settledAnswer(system, skipped.skip),
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}

import type { Watch } from './call-points.ts';
import type { Fixture } from './fixture.ts';
import type { PausedRun } from './pause-at-point.ts';
import { openSystem, type Payload, type System, settledAnswer } from './system.ts';

/** A clock that several processes share, and that skips half a minute whenever no legacy call is under way. */
export class SkippedTime {
  #aheadMs = 0;
  #underWay = 0;

  /** How far this clock is ahead of the machine's, in ms. */
  readonly aheadMs = (): number => this.#aheadMs;

  /** Watches every port: a call under way would seem to have taken the time that is skipped. */
  readonly watch: Watch = async ({ at }) => {
    this.#underWay += at === 'before' ? 1 : -1;
  };

  /** Skips half a minute, unless a call is under way. */
  readonly skip = (): void => {
    if (this.#underWay === 0) {
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
  skipped.skip();
  const system = await openSystem(scenario, {
    ...{ legacy, journal: { path }, times, log, settles: true, aheadMs: skipped.aheadMs },
    async watch(point) {
      // A paused call does not count as under way.
      if (point.at === 'before') {
        await pause?.watch(point);
      }
      await skipped.watch(point);
      if (point.at !== 'before') {
        await pause?.watch(point);
      }
    },
    ...(pause !== undefined && { watchJournal: pause.watchJournal }),
  });
  return {
    system,
    settled: () => settledAnswer(system, skipped.skip),
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}

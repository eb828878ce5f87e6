import type { Watch } from './call-points.ts';
import type { Fixture } from './fixture.ts';
import type { PausedRun } from './pause-at-point.ts';
import { openSystem, type Payload, type System, settledAnswer } from './system.ts';

/** Time that leaps for all who share it, while nobody waits for an answer of a legacy system. */
export class SkippedTime {
  #aheadMs = 0;
  #underWay = 0;

  /** Milliseconds that have passed beside those of the machine's clocks. */
  readonly aheadMs = (): number => this.#aheadMs;

  /** For each port: a call that time leaps under would seem to have taken that long. */
  readonly watch: Watch = async ({ at }) => {
    this.#underWay += at === 'before' ? 1 : -1;
  };

  /** Half a minute passes, if it can. */
  readonly skip = (): void => {
    if (this.#underWay === 0) {
      this.#aheadMs += 30_000;
    }
  };
}

/** Who goes on with what is unsettled: another process, for all that the journal can tell. */
export interface Successor extends AsyncDisposable {
  readonly system: System;
  /** The answer to the same sent once more, when the operation is settled. */
  settled(): Promise<Payload>;
}

/** Half a minute later, and again half a minute each time that it has to wait. */
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
      // Who stands is not under way.
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

import { ObservedAge } from '../../platform/time/observed-age.ts';
import type { IndexProgress, StageProgress } from './port.ts';
import type { BuildRow } from './rows.ts';

/** The time since events were last applied (null if none were), and the time since the stage began, in ms. */
interface BuildAges {
  readonly applied: number | null;
  readonly stage: number;
}

/**
 * Computes the progress of the build. Ages are measured with this process's monotonic clock, so that they stay right
 * when the database's clock is changed.
 */
export class ObservedProgress {
  readonly #appliedAge: ObservedAge;
  readonly #markAge: ObservedAge;
  readonly #stageAge: ObservedAge;
  #buildId: string | null = null;

  constructor(monotonic: () => number) {
    this.#appliedAge = new ObservedAge(monotonic);
    this.#markAge = new ObservedAge(monotonic);
    this.#stageAge = new ObservedAge(monotonic);
  }

  /**
   * @param row the state of the build; undefined before the index is begun, and after a crash until the build is
   * resumed
   * @param kept the same row as `row`, but also present between a crash and the resumption
   * @param markedAtMs the time of the oldest mark that `asOf` depends on; null if there is none
   * @param nowMs the present time, by the clock of the stored times
   */
  see(
    row: BuildRow | undefined,
    kept: BuildRow | undefined,
    markedAtMs: number | null,
    nowMs: number,
  ): IndexProgress {
    if (row?.id !== this.#buildId) {
      this.#forget(row?.id ?? null);
    }
    const appliedAtMs = Number(row?.as_of ?? 0);
    const isApplied = appliedAtMs > 0;
    const ages = {
      applied: isApplied ? this.#appliedAge.see(appliedAtMs, nowMs) : null,
      stage: row === undefined ? 0 : this.#stageAge.see(Number(row.stage_began_at), nowMs),
    };
    const markAgeMs = this.#markAge.see(markedAtMs, nowMs);
    const isOpen = row?.stage === 'OPEN';
    return {
      isOpen,
      isWhole: isOpen && row.is_whole === 1,
      isReadAgain: !isOpen && kept !== undefined && wasOpen(kept),
      areDaysCounted: row !== undefined && row.stage !== 'EVENTS',
      patronsRead: row?.patrons_read ?? 0,
      patronsTotal: row?.patrons_total ?? null,
      underWay: row === undefined ? null : underWay(row, ages),
      asOf: isApplied ? new Date(Math.min(appliedAtMs, markedAtMs ?? appliedAtMs)) : null,
      ageMs: ages.applied === null ? null : Math.max(ages.applied, markAgeMs ?? 0),
    };
  }

  /**
   * Forgets the measured ages, because they belong to an earlier build, or to the time before the build was resumed.
   */
  #forget(buildId: string | null): void {
    this.#buildId = buildId;
    for (const age of [this.#appliedAge, this.#markAge, this.#stageAge]) {
      age.forget();
    }
  }
}

/** Returns whether the lists have ever been open. The crawl reads patrons only after the lists have opened. */
const wasOpen = ({ stage, is_whole: isWhole, patrons_read: patronsRead }: BuildRow): boolean =>
  stage === 'OPEN' || isWhole === 1 || patronsRead > 0;

function underWay(row: BuildRow, ages: BuildAges): StageProgress | null {
  const seconds = ages.stage / 1000;
  switch (row.stage) {
    case 'EVENTS': {
      const appliedAtMs = Number(row.as_of);
      const done = Math.max(0, appliedAtMs - Number(row.first_event_at ?? appliedAtMs)) / 1000;
      const total = ages.applied === null ? null : done + ages.applied / 1000;
      return atSpeed('EVENTS', done, done, total, seconds);
    }
    case 'CARDS': {
      const done = Math.min(row.stage_done, row.stage_total ?? row.stage_done);
      return atSpeed('CARDS', done, done, row.stage_total, seconds);
    }
    case 'OPEN': {
      const read = row.patrons_read - row.stage_done;
      return row.is_whole === 1
        ? null
        : atSpeed('PATRONS', row.patrons_read, read, row.patrons_total, seconds);
    }
  }
}

/**
 * Returns the progress of a stage, with its speed.
 * @param doneSince the number of units (seconds, cards or patrons) that were done in the last `seconds`
 *
 * @example
 * // 300 of 1,000 patrons are read, 200 of them in the last 100 s: two per second, so 350 s are left.
 */
function atSpeed(
  stage: StageProgress['stage'],
  done: number,
  doneSince: number,
  total: number | null,
  seconds: number,
): StageProgress {
  const perSecond = seconds > 0 && doneSince > 0 ? doneSince / seconds : null;
  const leftMs = perSecond === null || total === null ? null : ((total - done) / perSecond) * 1000;
  return { stage, done, total, perSecond, leftMs };
}

import type { IndexProgress, StageProgress } from './port.ts';
import type { BuildRow } from './rows.ts';

/** The progress of a build. `markedAtMs` is the time of the oldest mark that lists depend on; null if there is none. */
export function progressOf(
  row: BuildRow | undefined,
  markedAtMs: number | null,
  nowMs: number,
): IndexProgress {
  const appliedAtMs = Number(row?.as_of ?? 0);
  const asOfMs = Math.min(appliedAtMs, markedAtMs ?? appliedAtMs);
  const hasAge = asOfMs > 0;
  const isOpen = row?.stage === 'OPEN';
  return {
    isOpen,
    isWhole: isOpen && row.is_whole === 1,
    areDaysCounted: row !== undefined && row.stage !== 'EVENTS',
    patronsRead: row?.patrons_read ?? 0,
    patronsTotal: row?.patrons_total ?? null,
    underWay: row === undefined ? null : underWay(row, nowMs),
    asOf: hasAge ? new Date(asOfMs) : null,
    ageMs: hasAge ? nowMs - asOfMs : null,
  };
}

function underWay(row: BuildRow, nowMs: number): StageProgress | null {
  const seconds = (nowMs - Number(row.stage_began_at)) / 1000;
  switch (row.stage) {
    case 'EVENTS': {
      const firstMs = Number(row.first_event_at ?? nowMs);
      const done = Math.max(0, Number(row.as_of) - firstMs) / 1000;
      return atSpeed('EVENTS', done, done, (nowMs - firstMs) / 1000, seconds, nowMs);
    }
    case 'CARDS': {
      const done = Math.min(row.stage_done, row.stage_total ?? row.stage_done);
      return atSpeed('CARDS', done, done, row.stage_total, seconds, nowMs);
    }
    case 'OPEN': {
      const read = row.patrons_read - row.stage_done;
      return row.is_whole === 1
        ? null
        : atSpeed('PATRONS', row.patrons_read, read, row.patrons_total, seconds, nowMs);
    }
  }
}

/**
 * @param doneSince the number that was done in the last `seconds`
 *
 * @example
 * // 300 of 1,000 patrons are read, 200 of them in the last 100 s: two a second, and the end is in 350 s.
 */
function atSpeed(
  stage: StageProgress['stage'],
  done: number,
  doneSince: number,
  total: number | null,
  seconds: number,
  nowMs: number,
): StageProgress {
  const perSecond = seconds > 0 && doneSince > 0 ? doneSince / seconds : null;
  const endsAt =
    perSecond === null || total === null ? null : new Date(nowMs + ((total - done) / perSecond) * 1000);
  return { stage, done, total, perSecond, endsAt };
}

import type { Effect, History, JournalEntry } from '../history.ts';
import { effectOf } from './effects.ts';
import { maxPerPatron } from './patron-limits.ts';
import type { Violation } from './violation.ts';

type Observed = Pick<
  History,
  'changes' | 'effects' | 'journal' | 'findings' | 'alarms' | 'settlingMs' | 'jumps' | 'legacySteps'
>;

/**
 * The longest time until the program has measured circulation's clock again, in ms. A measurement needs a change with
 * an answer.
 */
const clockMeasuredMs = 30_000;
type Finding = History['findings'][number];

/**
 * The program compares its journal with circulation's events. Its findings must be exactly the discrepancies in this
 * history. If a later check has corrected a refused operation before the comparison, no finding is needed, because an
 * alarm was raised.
 *
 * Example of a violation: circulation has two `OUT` events of `a`, and the program has no `DONE_TWICE` of `a`.
 */
export function disagreeingBooks(observed: Observed): Violation[] {
  const { effects, journal, findings, alarms } = observed;
  const entriesById = new Map(journal.map((entry) => [entry.id, entry]));
  const effectsById = Map.groupBy(effects, ({ reference }) => reference);
  const effectsOf = (id: string) => effectsById.get(id) ?? [];
  const overLimit = loansOverLimit(observed);
  const unfounded = findings.filter((finding) => {
    const { operationId, discrepancy } = finding;
    return discrepancy === 'OVER_LIMIT'
      ? !overLimit.has(operationId)
      : !isFounded(discrepancy, entriesById.get(operationId), effectsOf(operationId), observed);
  });
  const found = new Set(findings.map(({ operationId, discrepancy }) => `${discrepancy} ${operationId}`));
  const alarmed = new Set(alarms);
  const missed = journal.flatMap((entry) => {
    const { id, state } = entry;
    const mustFindTwice = isDoneTwice(effectsOf(id)) && !found.has(`DONE_TWICE ${id}`);
    const isKnown = found.has(`DONE_AFTER_REFUSAL ${id}`) || (state === 'DONE' && alarmed.has(id));
    const mustFindRefusal = isWronglyRefused(entry, effectsOf(id)) && !isKnown;
    const mustFindNotDone = isNotDone(entry, effectsOf(id)) && !found.has(`NOT_DONE ${id}`);
    const mustFindOver = overLimit.has(id) && !found.has(`OVER_LIMIT ${id}`);
    return [
      ...(mustFindNotDone ? [violation(`NOT_DONE of ${id} was not found`)] : []),
      ...(mustFindOver ? [violation(`OVER_LIMIT of ${id} was not found`)] : []),
      ...(mustFindTwice ? [violation(`DONE_TWICE of ${id} was not found`)] : []),
      ...(mustFindRefusal ? [violation(`DONE_AFTER_REFUSAL of ${id} was not found`)] : []),
    ];
  });
  const lost = [...effectsById.keys()].filter(
    (id) => !entriesById.has(id) && !found.has(`OPERATION_LOST ${id}`),
  );
  return [
    ...unfounded.map(({ discrepancy, operationId }) =>
      violation(`${discrepancy} of ${operationId} is not so`),
    ),
    ...missed,
    ...lost.map((id) => violation(`OPERATION_LOST of ${id} was not found`)),
  ];
}

function isFounded(
  discrepancy: Exclude<Finding['discrepancy'], 'OVER_LIMIT'>,
  entry: JournalEntry | undefined,
  effects: readonly Effect[],
  { settlingMs, jumps, legacySteps }: Observed,
): boolean {
  if (entry === undefined) {
    return discrepancy === 'OPERATION_LOST' && effects.length > 0;
  }
  switch (discrepancy) {
    case 'OPERATION_LOST':
      return false;
    case 'DONE_AFTER_REFUSAL':
      return isWronglyRefused(entry, effects);
    case 'DONE_TWICE':
      return isDoneTwice(effects);
    case 'NOT_DONE':
      return isNotDone(entry, effects);
    case 'DONE_TOO_LATE': {
      const certainAt = (entry.sendBy ?? 0) + (entry.settlingMs ?? settlingMs);
      const ahead = legacySteps.filter(({ system, byMs }) => system === 'circ' && byMs > 0);
      // Until the clocks are measured, nobody can tell a late change from a clock that was set. The operation's times are
      // by the database's clock before its step, and the measurement is by the clock after it.
      return effects.some(
        ({ at }) =>
          at > certainAt ||
          ahead.some((step) => at >= step.at && at < step.at + clockMeasuredMs) ||
          jumps.some(
            (jump) => jump.at > entry.requestedAt - clockMeasuredMs && jump.at < at + clockMeasuredMs,
          ),
      );
    }
    case 'NEVER_SETTLES':
      return entry.state === 'UNSETTLED';
    case 'LENT_OFFLINE':
      // The workload has no offline loans.
      return false;
    case 'PAYMENT_LOST':
    case 'PAYMENT_AFTER_REFUSAL':
    case 'PAYMENT_DIFFERS':
    case 'PAYMENT_NOT_DONE':
      // The workload has no payments.
      return false;
    default:
      return discrepancy satisfies never;
  }
}

const isWronglyRefused = ({ kind, firstState }: JournalEntry, effects: readonly Effect[]): boolean =>
  firstState === 'REFUSED' && effectOf[kind] != null && effects.length > 0;

const isNotDone = ({ kind, state }: JournalEntry, effects: readonly Effect[]): boolean =>
  state === 'DONE' && effectOf[kind] != null && effects.every(({ event }) => event !== effectOf[kind]);

/**
 * The operations that began a patron's eleventh loan or a later one. Only loans by operations are counted. Holds are
 * not counted: circulation has no event for a hold that was fulfilled or has lapsed, so the program can't count them.
 */
export function loansOverLimit({
  changes,
  journal,
}: Pick<History, 'changes' | 'journal'>): ReadonlySet<string> {
  const withLoansPlace = new Set(journal.flatMap(({ id, place }) => (place?.kind === 'LOAN' ? id : [])));
  const out = new Map<string, Set<string>>();
  const over = new Set<string>();
  for (const { change, kind, id, patronId, reference } of changes) {
    const loans = out.get(patronId) ?? new Set();
    out.set(patronId, loans);
    if (kind === 'LOAN' && change === 'ENDED') {
      loans.delete(id);
    } else if (kind === 'LOAN' && reference !== null && withLoansPlace.has(reference)) {
      loans.add(id);
      if (loans.size > maxPerPatron) {
        over.add(reference);
      }
    }
  }
  return over;
}

const isDoneTwice = (effects: readonly Effect[]): boolean =>
  new Set(effects.map(({ event }) => event)).size < effects.length;

const violation = (detail: string): Violation => ({ property: 'books agree', detail });

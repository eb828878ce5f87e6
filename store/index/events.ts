import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type { IndexBuild, IndexedEvent } from './port.ts';
import { checkCount } from './rows.ts';
import type { AskWithin, IndexStore } from './store.ts';
import { drawStart, markToRead } from './to-read.ts';
import { writeInBuild } from './write-in-build.ts';

export function eventsOf(store: IndexStore, encryption: Encryption): Pick<IndexBuild, 'applyEvents'> {
  return {
    async applyEvents(id, events, position, settledSequence) {
      checkCount(events.length);
      const start = await drawStart(store);
      return await writeInBuild(store, id, inAnyPosition, function* (ask, build) {
        const fresh = yield* freshEvents(ask, events, BigInt(build.event_sequence), BigInt(settledSequence));
        if (build.stage === 'EVENTS') {
          yield* listCards(ask, encryption, fresh);
        } else {
          yield* markToRead(
            ask,
            encryption,
            fresh.flatMap(({ toRead }) => toRead),
            start,
          );
        }
        yield* countLending(ask, fresh);
        yield* ask('forgetEvents', [BigInt(settledSequence)]);
        if (position !== null) {
          const nowMs = start.at.getTime();
          const upToMs = Math.min(position.upTo?.getTime() ?? nowMs, nowMs);
          yield* ask('savePosition', [BigInt(position.sequence), upToMs, nowMs, start.number]);
        }
      });
    },
  };
}

const inAnyPosition = (): boolean => true;

/**
 * Returns the events that were not applied before. Circulation may repeat events from the sequence `settled` on. So
 * their sequences are stored, and an event with a stored sequence is left out. All earlier events up to `position` were
 * applied.
 */
function* freshEvents(
  ask: AskWithin,
  events: readonly IndexedEvent[],
  position: bigint,
  settled: bigint,
): Asking<readonly IndexedEvent[]> {
  const isRemembered = ({ sequence }: IndexedEvent) => BigInt(sequence) >= settled;
  const remembered = events.filter(isRemembered);
  const sequences = remembered.map(({ sequence }) => sequence);
  const added = sequences.length === 0 ? [] : yield* ask<{ sequence: string }>('seeEvents', [sequences]);
  const unseen = new Set(added.map(({ sequence }) => BigInt(sequence)));
  return events.filter((event) =>
    isRemembered(event) ? unseen.has(BigInt(event.sequence)) : BigInt(event.sequence) > position,
  );
}

/**
 * Stores the cards that may have loans or holds according to these events. When a loan begins, it is stored with its
 * card. When the loan ends, it is removed. Cards of other events are added to the list of cards to read.
 *
 * @example
 * // The loan L1 begins on card A, the loan L2 begins on card B, then L1 ends. Only L2 is stored, with the card B.
 */
function listCards(ask: AskWithin, encryption: Encryption, events: readonly IndexedEvent[]): Asking<unknown> {
  const loans = new Map<string, string | null>();
  const cards = new Set<string>();
  for (const { opens } of events) {
    if (opens?.kind === 'LOAN') {
      loans.set(opens.id, opens.isOut ? opens.libraryCardNumber : null);
    } else if (opens !== null) {
      cards.add(opens.libraryCardNumber);
    }
  }
  const stored = (number: string) => ({
    card: encryption.digest('card', number),
    sealed: encryption.encrypt(number),
  });
  const ended = [...loans].flatMap(([id, number]) => (number === null ? [id] : []));
  const out = [...loans].flatMap(([id, number]) => (number === null ? [] : [{ id, ...stored(number) }]));
  return all([
    ask('endOpenLoans', [ended]),
    ask('putOpenLoans', [JSON.stringify(out)]),
    ask('listCards', [JSON.stringify([...cards].map(stored))]),
  ]);
}

function countLending(ask: AskWithin, events: readonly IndexedEvent[]): Asking<unknown> {
  const days = Map.groupBy(
    events.filter(({ counts }) => counts !== null),
    ({ day }) => day,
  );
  return all(
    [...days].map(([day, ofDay]) => {
      const lent = ofDay.filter(({ counts }) => counts === 'LENT').length;
      return ask('countLending', [day, lent, ofDay.length - lent]);
    }),
  );
}

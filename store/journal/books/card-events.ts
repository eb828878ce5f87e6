import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkSequence, checkTexts } from '../argument-limits.ts';
import type { CardEvent, CardEventKind, CardEvents } from '../port.ts';
import { dateOrNull, requireFound, type StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/** What each kind of event is about. A card has one row for each of them. */
const about = {
  CARD_REGISTERED: 'REGISTRATION',
  CARD_BLOCKED: 'BLOCK',
  CARD_UNBLOCKED: 'BLOCK',
} as const satisfies Record<CardEventKind, string>;

interface CardEventRow {
  readonly card: string;
  readonly about: (typeof about)[CardEventKind];
  readonly event: CardEventKind;
  readonly sequence: string;
  readonly at: StoredTime;
}

/** The events about cards. Cards are keyed digests; their numbers are encrypted beside them. */
export function cardEventsOf(sql: JournalSql, encryption: Encryption): CardEvents {
  const digestOf = (card: string) => encryption.digest('card', card);
  return {
    async cardEventsRead() {
      const [row] = await sql.read<{ readonly sequence: string; readonly since: StoredTime | null }>(
        'cardEventsRead',
        [],
      );
      const { sequence, since } = requireFound(row);
      return { sequence, since: dateOrNull(since) };
    },
    async keepCardEvents(events, read) {
      checkCount('effects', events.length, 0);
      for (const { sequence, libraryCardNumber } of events) {
        checkSequence(sequence);
        checkTexts({ libraryCardNumber });
      }
      const rows = latestOf(events).map(({ libraryCardNumber, kind, sequence, at }) => ({
        card: digestOf(libraryCardNumber),
        cardEncrypted: encryption.encrypt(libraryCardNumber),
        about: about[kind],
        event: kind,
        sequence,
        at,
      }));
      await sql.transactEventually('keepCardEvents', function* ({ ask, last, commit }) {
        if (rows.length > 0) {
          ask('keepCardEvents', [JSON.stringify(rows)]);
        }
        if (read === null) {
          commit();
        } else {
          yield* last('saveCardsRead', [read.sequence, read.since]);
        }
      });
    },
    async restartCardEvents() {
      await sql.transactEventually('restartCardEvents', function* ({ ask, last }) {
        ask('forgetCardSequences', []);
        yield* last('forgetCardsRead', []);
      });
    },
    async cardEventsOf(cards) {
      checkCount('accounts', cards.length, 0);
      const rows = await sql.read<CardEventRow>('cardEventsOf', [[...new Set(cards.map(digestOf))]]);
      const byCard = Map.groupBy(rows, ({ card }) => card);
      return cards.map((libraryCardNumber) => {
        const ofCard = byCard.get(digestOf(libraryCardNumber)) ?? [];
        const latest = (what: CardEventRow['about']): CardEvent | null => {
          const row = ofCard.find((one) => one.about === what);
          return row === undefined
            ? null
            : { libraryCardNumber, kind: row.event, sequence: row.sequence, at: new Date(row.at) };
        };
        return { block: latest('BLOCK'), registration: latest('REGISTRATION') };
      });
    },
  };
}

/** The latest event about each card, of what it is about. */
function latestOf(events: readonly CardEvent[]): readonly CardEvent[] {
  const inOrder = events.toSorted((one, other) => (BigInt(one.sequence) < BigInt(other.sequence) ? -1 : 1));
  return [
    ...new Map(inOrder.map((event) => [`${about[event.kind]} ${event.libraryCardNumber}`, event])).values(),
  ];
}

import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkSequence, checkTexts } from '../argument-limits.ts';
import {
  type CardEvent,
  type CardEventKind,
  type CardEvents,
  kindsByCardEvents,
  maxSuspects,
  type NewCardEvent,
} from '../port.ts';
import { dateOrNull, requireFound, type StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/** The facts about a card that events change. For each fact, a card has one row with the latest event about it. */
type About = 'REGISTRATION' | 'BLOCK' | 'BLOCK_BY_OTHERS';

/** Returns the facts that an event changes. Our own block does not change whether others have blocked the card. */
const aboutOf = ({ kind, isOurs }: NewCardEvent): readonly About[] => {
  if (kind === 'CARD_REGISTERED') {
    return ['REGISTRATION'];
  }
  return kind === 'CARD_BLOCKED' && isOurs ? ['BLOCK'] : ['BLOCK', 'BLOCK_BY_OTHERS'];
};

interface CardEventRow {
  readonly card: string;
  readonly about: About;
  readonly event: CardEventKind;
  readonly sequence: string;
  readonly at: StoredTime;
}

/** Implements `CardEvents`. A card is found by a keyed digest, and its number is stored encrypted. */
export const cardEventsOf = (sql: JournalSql, encryption: Encryption): CardEvents => ({
  ...keepingOf(sql, encryption),
  ...lookupsOf(sql, encryption),
});

type Lookup = 'cardEventsOf' | 'cardsBlockedByOthers';

function lookupsOf(sql: JournalSql, encryption: Encryption): Pick<CardEvents, Lookup> {
  const digestOf = (card: string) => encryption.digest('card', card);
  const latestEvents = async (cards: readonly string[]) => {
    checkCount('accounts', cards.length, 0);
    const rows = await sql.read<CardEventRow>('cardEventsOf', [[...new Set(cards.map(digestOf))]]);
    const byCard = Map.groupBy(rows, ({ card }) => card);
    return (libraryCardNumber: string, about: About): CardEvent | null => {
      const row = byCard.get(digestOf(libraryCardNumber))?.find((one) => one.about === about);
      return row === undefined
        ? null
        : { libraryCardNumber, kind: row.event, sequence: row.sequence, at: new Date(row.at) };
    };
  };
  return {
    async cardEventsOf(cards) {
      const eventOf = await latestEvents(cards);
      return cards.map((card) => ({
        block: eventOf(card, 'BLOCK'),
        registration: eventOf(card, 'REGISTRATION'),
      }));
    },
    async cardsBlockedByOthers(cards) {
      const eventOf = await latestEvents(cards);
      return cards.filter((card) => eventOf(card, 'BLOCK_BY_OTHERS')?.kind === 'CARD_BLOCKED');
    },
  };
}

function keepingOf(sql: JournalSql, encryption: Encryption): Omit<CardEvents, Lookup> {
  return {
    async cardEventsRead() {
      const [row] = await sql.read<{
        readonly sequence: string;
        readonly since: StoredTime | null;
        readonly usedSince: StoredTime;
      }>('cardEventsRead', []);
      const { sequence, since, usedSince } = requireFound(row);
      return { sequence, since: dateOrNull(since), usedSince: new Date(usedSince) };
    },
    async keepCardEvents(events, read) {
      checkCount('effects', events.length, 0);
      for (const { sequence, libraryCardNumber } of events) {
        checkSequence(sequence);
        checkTexts({ libraryCardNumber });
      }
      const rows = latestOf(events).map(({ libraryCardNumber, about, kind, sequence, at }) => ({
        card: encryption.digest('card', libraryCardNumber),
        cardEncrypted: encryption.encrypt(libraryCardNumber),
        about,
        event: kind,
        sequence,
        at,
      }));
      return await sql.transactEventually('keepCardEvents', function* ({ ask, last }) {
        if (read !== null) {
          const position = [read.sequence, read.since, read.from];
          const [saved] = yield* ask<object>('saveCardsRead', position);
          if (saved === undefined) {
            return false;
          }
        }
        yield* last('keepCardEvents', [JSON.stringify(rows)]);
        return true;
      });
    },
    async restartCardEvents() {
      await sql.transactEventually('restartCardEvents', function* ({ ask, last }) {
        ask('drawNumber', []);
        ask('markPatronsOfFindings', [kindsByCardEvents, maxSuspects]);
        ask('resolveClosed', [kindsByCardEvents]);
        ask('forgetCardEvents', []);
        ask('forgetCardSequences', []);
        yield* last('forgetCardsRead', []);
      });
    },
  };
}

/** The latest event for each card and each fact. */
function latestOf(events: readonly NewCardEvent[]): readonly (CardEvent & { readonly about: About })[] {
  const inOrder = events.toSorted((one, other) => (BigInt(one.sequence) < BigInt(other.sequence) ? -1 : 1));
  const byRow = inOrder.flatMap((event) =>
    aboutOf(event).map((about) => [`${about} ${event.libraryCardNumber}`, { ...event, about }] as const),
  );
  return [...new Map(byRow).values()];
}

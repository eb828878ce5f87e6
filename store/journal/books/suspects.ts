import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import { maxSuspects, type Suspect, type SuspectKind, type Suspects } from '../port.ts';
import { requireFound } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

const digests = { PATRON: 'patron', CARD: 'card' } as const satisfies Record<SuspectKind, string>;

/** The digest under which a suspect is stored. It equals the digest of the same patron or card in other tables. */
export const suspectKey = (encryption: Encryption, kind: SuspectKind, number: string): string =>
  encryption.digest(digests[kind], number);

/**
 * Implements `Suspects`: patrons and cards that must be examined. They are found by keyed digests. Their numbers are
 * stored encrypted.
 */
export const suspectsOf = (sql: JournalSql, encryption: Encryption): Suspects => ({
  ...markingOf(sql, encryption),
  ...waitingOf(sql, encryption),
});

type Waiting = 'nextSuspects' | 'removeSuspects' | 'postponeSuspects';

function markingOf(sql: JournalSql, encryption: Encryption): Omit<Suspects, Waiting> {
  return {
    async bookNumbers() {
      const [row] = await sql.read<{
        readonly last: number | string;
        readonly changesRead: number | string | null;
      }>('bookNumbers', []);
      const { last, changesRead } = requireFound(row);
      return { last: BigInt(last), changesRead: changesRead === null ? null : Number(changesRead) };
    },
    async markSuspects(kind, numbers, changesRead) {
      checkCount('accounts', numbers.length, 0);
      for (const number of numbers) {
        checkTexts(kind === 'CARD' ? { libraryCardNumber: number } : { patronId: number });
      }
      const rows = [...new Set(numbers)].map((number) => ({
        subject: suspectKey(encryption, kind, number),
        encrypted: encryption.encrypt(number),
      }));
      if (rows.length === 0 && changesRead === undefined) {
        return;
      }
      await sql.transactEventually('markSuspects', function* ({ ask, last }) {
        ask('drawNumber', []);
        if (changesRead !== undefined) {
          ask('saveChangesRead', [changesRead]);
        }
        yield* last('markSuspects', [JSON.stringify(rows), kind, maxSuspects]);
      });
    },
    async suspectsFill(kind) {
      const [row] = await sql.read<{ readonly count: number | string }>('countSuspects', [kind]);
      return Number(requireFound(row).count) / maxSuspects;
    },
  };
}

function waitingOf(sql: JournalSql, encryption: Encryption): Pick<Suspects, Waiting> {
  const rowsOf = (suspects: readonly Suspect[]): string => {
    checkCount('accounts', suspects.length, 0);
    return JSON.stringify(
      suspects.map(({ kind, number, marked }) => ({
        kind,
        subject: suspectKey(encryption, kind, number),
        marked: Number(marked),
      })),
    );
  };
  return {
    async nextSuspects(kind, until, maxItems) {
      checkCount('accounts', maxItems);
      const rows = await sql.read<{ readonly encrypted: string; readonly marked: number | string }>(
        'nextSuspects',
        [kind, until, maxItems],
      );
      return rows.map(({ encrypted, marked }) => ({
        kind,
        number: encryption.decrypt(encrypted),
        marked: BigInt(marked),
      }));
    },
    async removeSuspects(suspects) {
      const rows = rowsOf(suspects);
      if (suspects.length > 0) {
        await sql.transactEventually('removeSuspects', function* ({ ask, last }) {
          // `drawNumber` locks the row of `books` first. So transactions that change suspects run one after another,
          // and can't deadlock.
          ask('drawNumber', []);
          ask('removeSuspects', [rows]);
          yield* last('waitAgain', [rows]);
        });
      }
    },
    async postponeSuspects(suspects) {
      const rows = rowsOf(suspects);
      if (suspects.length > 0) {
        await sql.transactEventually('postponeSuspects', function* ({ ask, last }) {
          ask('drawNumber', []);
          yield* last('postponeSuspects', [rows]);
        });
      }
    },
  };
}

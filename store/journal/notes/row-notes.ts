import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import type { RowNote, RowNotes } from '../port.ts';
import type { StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/**
 * The part of a note that is encrypted, as JSON. It contains all that is needed to compute new digests when the data
 * key is replaced.
 */
export type StoredNote = Omit<RowNote, 'at'>;

/** The digests with which a note is found. */
export const noteKeys = (
  { digest }: Encryption,
  { row, colleague, patronId }: Pick<StoredNote, 'row' | 'colleague' | 'patronId'>,
) => ({
  rowKey: digest('row', row),
  colleagueKey: digest('colleague', colleague),
  patronKey: digest('patron', patronId),
});

/**
 * Implements `RowNotes`, the notes of staff at rows of work lists. Rows, colleagues and patrons are found by keyed
 * digests.
 */
export function rowNotesOf(sql: JournalSql, encryption: Encryption): RowNotes {
  const open = (encrypted: string): StoredNote => JSON.parse(encryption.decrypt(encrypted));
  return {
    async rowNotes(patronIds) {
      checkCount('patrons', patronIds.length, 0);
      const keys = patronIds.map((patronId) => {
        checkTexts({ patronId });
        return encryption.digest('patron', patronId);
      });
      const rows = await sql.read<{
        readonly patron: string;
        readonly encrypted: string;
        readonly at: StoredTime;
      }>('rowNotes', [[...new Set(keys)]]);
      const byPatron = Map.groupBy(rows, ({ patron }) => patron);
      return keys.map((key) =>
        (byPatron.get(key) ?? []).map(({ encrypted, at }) => ({ ...open(encrypted), at: new Date(at) })),
      );
    },
    async keepRowNote({ row, patronId, colleague, isCalled, text }) {
      checkTexts({ workRow: row, patronId, sub: colleague, reason: text });
      const stored: StoredNote = { row, patronId, colleague, isCalled, text };
      const { rowKey, colleagueKey, patronKey } = noteKeys(encryption, stored);
      const encrypted = encryption.encrypt(JSON.stringify(stored));
      await sql.write('keepRowNote', [rowKey, colleagueKey, patronKey, encrypted]);
    },
    async removeRowNote({ row, colleague }) {
      checkTexts({ workRow: row, sub: colleague });
      const { rowKey, colleagueKey } = noteKeys(encryption, { row, colleague, patronId: '' });
      await sql.write('removeRowNote', [rowKey, colleagueKey]);
    },
    async notedRows(after, maxItems) {
      checkCount('patrons', maxItems);
      const rows = await sql.read<{ readonly key: string; readonly encrypted: string }>('notedRows', [
        after ?? '',
        maxItems,
      ]);
      return rows.map(({ key, encrypted }) => {
        const { row, patronId } = open(encrypted);
        return { key, row, patronId };
      });
    },
    async removeNotesAt(keys) {
      checkCount('patrons', keys.length);
      await sql.writeEventually('removeNotesAt', [keys]);
    },
  };
}

import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import type { AccountChange, AccountNews, NewsOfAccounts } from '../port.ts';
import type { JournalSql } from '../statements/index.ts';

/** The time for which news (changes that notices must report) waits for its notice, in ms. Older news is removed. */
const newsKeptMs = 7 * 86_400_000;

/** Returns the rows for the log of changes, and the rows of news, both as JSON. */
export function newsRows(
  encryption: Encryption,
  changes: readonly AccountChange[],
): { readonly logged: string; readonly news: string } {
  checkCount('patrons', changes.length, 0);
  const digestOf = ({ patronId }: AccountChange) => encryption.digest('patron', patronId);
  const news = changes.flatMap((change) => {
    const { patronId, notice } = change;
    checkTexts({ patronId, subject: notice?.subject ?? null });
    return notice === null
      ? []
      : [{ ...notice, patron: digestOf(change), encrypted: encryption.encrypt(patronId) }];
  });
  return {
    logged: JSON.stringify(changes.map((change) => ({ kind: change.kind, patron: digestOf(change) }))),
    news: JSON.stringify(news),
  };
}

type NewsRow = Omit<AccountNews, 'patronId'> & { readonly encrypted: string };

export const newsOf = (sql: JournalSql, encryption: Encryption): NewsOfAccounts => ({
  async newsOfAccounts(maxItems) {
    checkCount('patrons', maxItems);
    const rows = await sql.read<NewsRow>('accountNews', [maxItems]);
    return rows.map(({ encrypted, ...row }) => ({ ...row, patronId: encryption.decrypt(encrypted) }));
  },
  async newsTaken(ids) {
    checkCount('patrons', ids.length, 0);
    await sql.write('removeAccountNews', [ids]);
  },
});

/** Removes news that waited for more than a week, at most `maxRows`. Resolves to the number of removed rows. */
export const forgetNews = async (sql: JournalSql, maxRows: number): Promise<number> =>
  (await sql.write('forgetAccountNews', [newsKeptMs, maxRows])).length;

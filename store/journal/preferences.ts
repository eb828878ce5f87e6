import type { Encryption } from '../encryption/encryption.ts';
import { checkCount, checkTexts } from './argument-limits.ts';
import type { NoticePreferences, NoticePreferencesChange, ReaderPreferences } from './port.ts';
import type { JournalSql } from './statements/index.ts';

/** A row of `notice_preferences`. */
interface PreferencesRow {
  /** A keyed digest of the patron's number. */
  readonly patron: string;
  readonly encrypted: string;
}

/**
 * The encrypted text of a row, as JSON. It contains the patron's number, so that a new digest can be made with a new data
 * key.
 */
export type StoredPreferences = NoticePreferences & { readonly patronId: string };

const noPreferences: NoticePreferences = { language: null, switchedOff: [] };

/** Implements `ReaderPreferences`. A patron is found by a keyed digest. */
export function preferencesOf(sql: JournalSql, encryption: Encryption): ReaderPreferences {
  const keyOf = (patronId: string) => encryption.digest('patron', patronId);
  const preferencesIn = (row: PreferencesRow | undefined): NoticePreferences => {
    if (row === undefined) {
      return noPreferences;
    }
    const { language, switchedOff }: StoredPreferences = JSON.parse(encryption.decrypt(row.encrypted));
    return { language, switchedOff };
  };
  return {
    async noticePreferences(patronIds) {
      checkCount('patrons', patronIds.length, 0);
      if (patronIds.length === 0) {
        return [];
      }
      const keys = patronIds.map((patronId) => {
        checkTexts({ patronId });
        return keyOf(patronId);
      });
      const rows = await sql.read<PreferencesRow>('noticePreferences', [[...new Set(keys)]]);
      const byKey = new Map(rows.map((row) => [row.patron, row]));
      return keys.map((key) => preferencesIn(byKey.get(key)));
    },
    async changeNoticePreferences(patronId, change) {
      checkTexts({ patronId });
      const key = keyOf(patronId);
      return await sql.transact('changeNoticePreferences', function* ({ lockKeys, ask, last }) {
        // This lock makes two changes of one patron's preferences run one after the other.
        lockKeys([key]);
        const [row] = yield* ask<PreferencesRow>('noticePreferences', [[key]]);
        const preferences = changed(preferencesIn(row), change);
        const stored: StoredPreferences = { patronId, ...preferences };
        yield* last('saveNoticePreferences', [key, encryption.encrypt(JSON.stringify(stored))]);
        return preferences;
      });
    },
  };
}

function changed(
  before: NoticePreferences,
  { language, switchOn, switchOff }: NoticePreferencesChange,
): NoticePreferences {
  const kept = before.switchedOff.filter((kind) => !switchOn.includes(kind));
  return {
    language: language ?? before.language,
    switchedOff: [...new Set([...kept, ...switchOff])].toSorted(),
  };
}

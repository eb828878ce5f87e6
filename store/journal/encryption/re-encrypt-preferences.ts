import type { Encryption } from '../../encryption/encryption.ts';
import type { Asking, RunText } from '../../sql.ts';
import type { StoredPreferences } from '../preferences.ts';
import type { Dialect } from '../statements/dialect.ts';

/** Encrypts readers' choices about notices again, with new digests of the patrons. */
export function* reencryptPreferences(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const rows = yield* run<{ readonly patron: string; readonly encrypted: string }>(
    `select patron, encrypted from ${schema}notice_preferences`,
  );
  const encryptedRows = rows.map(({ patron, encrypted }) => {
    const text = from.decrypt(encrypted);
    const { patronId }: StoredPreferences = JSON.parse(text);
    return { patron, newPatron: to.digest('patron', patronId), encrypted: to.encrypt(text) };
  });
  yield* run(
    `update ${schema}notice_preferences set patron = given."newPatron", encrypted = given.encrypted
    from ${rowsOf('$1', { patron: 'text', newPatron: 'text', encrypted: 'text' })}
    where notice_preferences.patron = given.patron`,
    [JSON.stringify(encryptedRows)],
  );
}

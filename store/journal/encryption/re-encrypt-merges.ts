import type { Encryption } from '../../encryption/encryption.ts';
import type { Asking, RunText } from '../../sql.ts';
import type { Dialect } from '../statements/dialect.ts';

/** Encrypts the merged records again, with new digests. */
export function* reencryptMerges(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const rows = yield* run<{ readonly key: string; readonly leaving: string; readonly staying: string }>(
    `select patron_id as key, patron_encrypted as leaving, merged_into_encrypted as staying from ${schema}merged_patrons`,
  );
  const encryptedRows = rows.map(({ key, ...encrypted }) => {
    const [leaving, staying] = [from.decrypt(encrypted.leaving), from.decrypt(encrypted.staying)];
    return {
      key,
      leavingKey: to.digest('patron', leaving),
      stayingKey: to.digest('patron', staying),
      leaving: to.encrypt(leaving),
      staying: to.encrypt(staying),
    };
  });
  const columns = {
    key: 'text',
    leavingKey: 'text',
    stayingKey: 'text',
    leaving: 'text',
    staying: 'text',
  } as const;
  yield* run(
    `update ${schema}merged_patrons set patron_id = given."leavingKey", merged_into = given."stayingKey",
      patron_encrypted = given.leaving, merged_into_encrypted = given.staying
    from ${rowsOf('$1', columns)} where merged_patrons.patron_id = given.key`,
    [JSON.stringify(encryptedRows)],
  );
}

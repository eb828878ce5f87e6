import type { Encryption } from '../../encryption/encryption.ts';
import type { Asking, RunText } from '../../sql.ts';
import { noteKeys, type StoredNote } from '../notes/row-notes.ts';
import type { Dialect } from '../statements/dialect.ts';

/** Encrypts the notes of staff again, with new digests of rows, colleagues and patrons. */
export function* reencryptRowNotes(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const rows = yield* run<{
    readonly row: string;
    readonly colleague: string;
    readonly encrypted: string;
  }>(`select row_key as row, colleague, encrypted from ${schema}row_notes`);
  const encryptedRows = rows.map(({ row, colleague, encrypted }) => {
    const text = from.decrypt(encrypted);
    const note: StoredNote = JSON.parse(text);
    return { row, colleague, ...noteKeys(to, note), encrypted: to.encrypt(text) };
  });
  const columns = {
    row: 'text',
    colleague: 'text',
    rowKey: 'text',
    colleagueKey: 'text',
    patronKey: 'text',
    encrypted: 'text',
  } as const;
  yield* run(
    `update ${schema}row_notes set row_key = given."rowKey", colleague = given."colleagueKey",
      patron = given."patronKey", encrypted = given.encrypted
    from ${rowsOf('$1', columns)}
    where row_notes.row_key = given.row and row_notes.colleague = given.colleague`,
    [JSON.stringify(encryptedRows)],
  );
}

import type { Encryption } from '../../encryption/encryption.ts';
import type { Asking, RunText } from '../../sql.ts';
import { openPatronKey, type PatronKeyRow } from '../audit/patron-keys.ts';
import type { Dialect } from '../statements/dialect.ts';

/** The number of keys that are read and encrypted at a time. */
const batchSize = 500;

/**
 * Encrypts the keys of patrons again, with new digests of the patrons and of their applications. The keys themselves
 * don't change, so everything that was encrypted with them can still be read.
 */
export function* reencryptPatronKeys(
  run: RunText,
  dialect: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  for (let lastAlias: string | undefined = ''; lastAlias !== undefined; ) {
    lastAlias = yield* reencryptBatch(run, dialect, { from, to }, lastAlias);
  }
}

interface ApplicationRow extends Pick<PatronKeyRow, 'alias' | 'keyEncrypted'> {
  readonly application: string;
  readonly applicationEncrypted: string;
}

/** Returns the last alias of the batch. Undefined if the batch was empty. */
function* reencryptBatch(
  run: RunText,
  { schema, rowsOf, among }: Dialect,
  { from, to }: { readonly from: Encryption; readonly to: Encryption },
  lastAlias: string,
): Asking<string | undefined> {
  const keys = yield* run<PatronKeyRow>(
    `select patron, alias, key_encrypted as "keyEncrypted" from ${schema}patron_keys
    where alias > $1 order by alias limit ${batchSize}`,
    [lastAlias],
  );
  const applications = yield* run<ApplicationRow>(
    `select application, applications.alias, application_encrypted as "applicationEncrypted", key_encrypted as "keyEncrypted"
    from ${schema}audited_applications as applications join ${schema}patron_keys as keys on keys.alias = applications.alias
    where ${among('applications.alias', '$1')}`,
    [keys.map(({ alias }) => alias)],
  );
  const newApplications = applications.map((row) => {
    const applicationId = openPatronKey(from, row).encryption.decrypt(row.applicationEncrypted);
    return { application: row.application, digest: to.digest('application', applicationId) };
  });
  yield* run(
    `update ${schema}audited_applications set application = given.digest
    from ${rowsOf('$1', { application: 'text', digest: 'text' })}
    where audited_applications.application = given.application`,
    [JSON.stringify(newApplications)],
  );
  const newKeys = keys.map(({ alias, keyEncrypted }) => ({
    alias,
    patron: to.digest('patron', openPatronKey(from, { alias, keyEncrypted }).patronId),
    keyEncrypted: to.encrypt(from.decrypt(keyEncrypted)),
  }));
  yield* run(
    `update ${schema}patron_keys set patron = given.patron, key_encrypted = given."keyEncrypted"
    from ${rowsOf('$1', { alias: 'text', patron: 'text', keyEncrypted: 'text' })}
    where patron_keys.alias = given.alias`,
    [JSON.stringify(newKeys)],
  );
  return keys.at(-1)?.alias;
}

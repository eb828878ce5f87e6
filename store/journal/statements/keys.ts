import type { Syntax } from './dialect.ts';

/** The columns of `PatronKeyRow`. */
const patronKey = 'patron, alias, key_encrypted as "keyEncrypted"';

export function keyStatements({ schema, isDurable, among, rowsOf, forNoKeyUpdate }: Syntax) {
  const keys = `${schema}patron_keys`;
  const applications = `${schema}audited_applications`;
  const givenKeys = rowsOf('$1', { patron: 'text', alias: 'text', keyEncrypted: 'text' });
  const givenApplications = rowsOf('$1', {
    application: 'text',
    alias: 'text',
    applicationEncrypted: 'text',
  });
  return {
    readKeys: `select proof, data_key_sealed_by, data_key_sealed, pseudonym_key_proof, pseudonym_key_encrypted
      from ${schema}secrets`,
    // If two processes offer a key at the same time, the second waits for the first, and changes nothing.
    keepPseudonymKey: `update ${schema}secrets set pseudonym_key_proof = $1, pseudonym_key_encrypted = $2
      where pseudonym_key_proof is null and ${isDurable}`,
    patronKey: `select ${patronKey} from ${keys} where patron = $1`,
    patronKeyOfApplication: `select ${patronKey} from ${keys}
      where alias = (select alias from ${applications} where application = $1)`,
    lockPatronKeys: `select ${patronKey} from ${keys} where ${among('patron', '$1')} order by patron ${forNoKeyUpdate}`,
    // If another process adds the same key at the same time, both get the key of the first.
    addPatronKeys: `insert into ${keys} as stored (patron, alias, key_encrypted)
      select patron, alias, "keyEncrypted" from ${givenKeys} where true order by patron
      on conflict (patron) do update set key_encrypted = stored.key_encrypted returning ${patronKey}`,
    addAuditedApplications: `insert into ${applications} (application, alias, application_encrypted)
      select application, alias, "applicationEncrypted" from ${givenApplications} where true order by application
      on conflict (application) do nothing`,
    removePatronKey: `delete from ${keys} where patron = $1 returning 1 as removed`,
  } as const;
}

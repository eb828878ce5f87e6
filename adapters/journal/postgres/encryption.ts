import { decryptedNames } from '../encryption/encrypted-rows.ts';
import type { Encryption } from '../encryption/encryption.ts';
import { type EncryptableRow, reencrypted, reencryptionBatch } from '../encryption/re-encryption.ts';
import { encryptionForProof, type KeyRing, requireSettled } from '../encryption/secrets.ts';
import type { Preparation, Run } from './database.ts';

const operations = 'patron_graph.operations';
const patrons = 'patron_graph.patron_epochs';

/**
 * Seals what is in clear, or sealed with the secret before. Rejects with `JournalUnavailable` where it is sealed with another.
 */
export function encryptPostgres(keyRing: KeyRing): Preparation {
  const { encryption } = keyRing;
  const proofIn = async (run: Run) =>
    (await run<{ readonly proof: string }>('select proof from patron_graph.secrets'))[0]?.proof ?? null;
  return {
    isDone: async (run) => (await proofIn(run)) === encryption.proof,
    async prepare(run) {
      const from = encryptionForProof(await proofIn(run), keyRing);
      if (from?.proof === encryption.proof) {
        return;
      }
      await reseal(run, from, encryption);
      await run(
        `insert into patron_graph.secrets (proof) values ($1)
        on conflict (only_row) do update set proof = excluded.proof`,
        [encryption.proof],
      );
    },
  };
}

async function reseal(run: Run, from: Encryption | null, to: Encryption): Promise<void> {
  // Nobody else writes meanwhile: neither an older program, nor one with the secret before.
  await run(`lock table ${operations}, ${patrons}, patron_graph.claims in exclusive mode`);
  if (from !== null) {
    const [unsettled] = await run<{ readonly count: number }>(
      `select count(*)::integer as count from ${operations} where state = 'UNSETTLED'`,
    );
    requireSettled(unsettled?.count ?? 0);
  }
  const patronKeys = await resealPatrons(run, from, to);
  for (let after: string | undefined = ''; after !== undefined; ) {
    after = await resealPage(run, from, to, after);
  }
  await run(`delete from ${patrons} where patron_id <> all ($1)`, [patronKeys]);
  await resealClaims(run, from, to);
}

/** Tells the id of the last one; undefined where there was none. */
async function resealPage(
  run: Run,
  from: Encryption | null,
  to: Encryption,
  after: string,
): Promise<string | undefined> {
  const rows = await run<EncryptableRow>(
    `select id, caller, reference, patron_id, library_card_number, subject, sealed, details, result
    from ${operations} where id > $1 order by id limit ${reencryptionBatch}`,
    [after],
  );
  const anew = rows.map((row) => reencrypted(row, from, to));
  await run(
    `update ${operations} set caller = anew.caller, reference = anew.reference, patron_id = anew.patron_id,
      library_card_number = anew.library_card_number, subject = anew.subject, sealed = anew.sealed,
      details = anew.details::json, result = anew.result::json
    from json_to_recordset($1) as anew (
      id text, caller text, reference text, patron_id text, library_card_number text, subject text, sealed text,
      details text, result text
    ) where operations.id = anew.id`,
    [JSON.stringify(anew)],
  );
  return rows.at(-1)?.id;
}

/**
 * Adds those under the new digests, and tells them. Of who has no operation any more only the digest is known: with another
 * secret their epoch begins anew, which nobody remembers any more.
 */
async function resealPatrons(run: Run, from: Encryption | null, to: Encryption): Promise<readonly string[]> {
  const known = await run<{ readonly patron_id: string; readonly sealed: string | null }>(
    `select distinct on (patrons.patron_id) patrons.patron_id, operations.sealed
    from ${patrons} as patrons left join ${operations} as operations using (patron_id)`,
  );
  const keys = known.flatMap(({ patron_id: before, sealed }) => {
    const clear =
      from === null
        ? before
        : sealed === null
          ? null
          : (decryptedNames(from, sealed).place?.patronId ?? null);
    return clear === null ? [] : [{ before, key: to.digest('patron', clear) }];
  });
  await run(
    `insert into ${patrons} (patron_id, epoch)
    select key, epoch from ${patrons} join json_to_recordset($1) as keys (before text, key text) on patron_id = before`,
    [JSON.stringify(keys)],
  );
  return keys.map(({ key }) => key);
}

async function resealClaims(run: Run, from: Encryption | null, to: Encryption): Promise<void> {
  if (from !== null) {
    await run('delete from patron_graph.claims');
    return;
  }
  const claims = await run<{ readonly key: string }>('select distinct key from patron_graph.claims');
  await run(
    `update patron_graph.claims set key = anew.digest
    from json_to_recordset($1) as anew (key text, digest text) where claims.key = anew.key`,
    [JSON.stringify(claims.map(({ key }) => ({ key, digest: to.digest('claim', key) })))],
  );
}

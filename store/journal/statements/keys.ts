import type { Syntax } from './dialect.ts';

export function keyStatements({ schema, isDurable }: Syntax) {
  return {
    readKeys: `select proof, data_key_sealed_by, data_key_sealed, pseudonym_key_proof, pseudonym_key_encrypted
      from ${schema}secrets`,
    // If two processes offer a key at the same time, the second waits for the first, and changes nothing.
    keepPseudonymKey: `update ${schema}secrets set pseudonym_key_proof = $1, pseudonym_key_encrypted = $2
      where pseudonym_key_proof is null and ${isDurable}`,
  } as const;
}

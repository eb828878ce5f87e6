import { resolve } from 'node:path';
import { type KeptFile, keepFile } from '../../../platform/lifecycle/kept-file.ts';
import { readJsonFile } from '../../../platform/lifecycle/read-json-file.ts';
import { checkIssuers } from './check-issuers.ts';
import type { IssuerEntry } from './entry.ts';
import type { KeysLocation } from './load-keys.ts';
import { type IssuersFile, issuersFile } from './schema.ts';

/** An issuer of ISSUERS_FILE, and the location of its keys. */
export interface ConfiguredIssuer {
  readonly entry: IssuerEntry;
  readonly keys: KeysLocation;
}

/**
 * Reads ISSUERS_FILE.
 * @throws Error whose message names the file, and everything in it that is missing or wrong.
 */
const readIssuers = (file: string): Promise<readonly ConfiguredIssuer[]> =>
  readJsonFile('ISSUERS_FILE', file, parseIssuers);

/**
 * Reads ISSUERS_FILE, and reads it again when it has changed. Does not watch the files of keys.
 * @throws Error as `readIssuers` does
 */
export const keepIssuers = (
  file: string,
  log: { warn(details: object, message: string): void },
  intervalMs?: number,
): Promise<KeptFile<readonly ConfiguredIssuer[]> & Disposable> =>
  keepFile({ read: () => readIssuers(file), files: () => [file], what: 'issuers', log, intervalMs });

/** Relative paths start at `folder`. @throws ZodError */
export function parseIssuers(json: unknown, folder: string): readonly ConfiguredIssuer[] {
  const { issuers } = issuersFile.superRefine(checkIssuers).parse(json);
  return issuers.map((issuer) => ({
    entry: entryOf(issuer),
    keys: 'url' in issuer.keys ? issuer.keys : { file: resolve(folder, issuer.keys.file) },
  }));
}

function entryOf({ keys: _location, grants, ...issuer }: IssuersFile['issuers'][number]): IssuerEntry {
  return {
    ...issuer,
    grants: grants.map(({ clients = null, audience, scopes, patronId, partner = null }) => ({
      clients,
      audience,
      scopes: new Set(scopes),
      patronId,
      partner,
    })),
  };
}

import { resolve } from 'node:path';
import { type KeptFile, keepFile } from '../../../platform/lifecycle/kept-file.ts';
import { readJsonFile, readSecretFile } from '../../../platform/lifecycle/read-json-file.ts';
import type { Language } from '../../graph/client.ts';
import { type ClientEntry, clientsFile, minSecretLength, publicKeys } from './schema.ts';

/**
 * The public keys of a client that authenticates itself with signed assertions: the keys themselves, or a URL. The
 * provider reads the keys from the URL when it needs them.
 */
export type ClientKeys =
  | { readonly url: string }
  | { readonly keys: readonly Readonly<Record<string, unknown>>[] };

export interface SignInClient
  extends Pick<
    ClientEntry,
    | 'id'
    | 'redirectUris'
    | 'postLogoutRedirectUris'
    | 'backchannelLogoutUri'
    | 'audience'
    | 'firstParty'
    | 'scopes'
    | 'idTokenAlgorithm'
    | 'withoutPkce'
    | 'ageBand'
  > {
  readonly name: Readonly<Record<Language, string>>;
  /** Null for a public client, and for a client that authenticates itself with keys. */
  readonly secret: string | null;
  /** Null for a client that has no keys of its own. */
  readonly keys: ClientKeys | null;
  /** The paths of the files that contain the client's secret or keys. */
  readonly files: readonly string[];
  /**
   * The partner for which readers get pseudonyms at this client. Clients with the same partner get the same pseudonyms.
   */
  readonly partner: string;
}

/** @throws Error whose message names the file and everything in it that is missing or wrong. It quotes no secret. */
export const readClients = (file: string): Promise<readonly SignInClient[]> =>
  readJsonFile('SIGN_IN_CLIENTS_FILE', file, parseClients);

/**
 * Reads the clients file. Reads it again whenever the file, or a file that it names, has changed.
 * @throws Error as `readClients` does
 */
export const keepClients = (
  file: string,
  log: { warn(details: object, message: string): void },
  intervalMs?: number,
): Promise<KeptFile<readonly SignInClient[]> & Disposable> =>
  keepFile({
    read: () => readClients(file),
    files: (clients) => [file, ...clients.flatMap((client) => client.files)],
    what: 'clients of sign-in',
    log,
    intervalMs,
  });

/**
 * @param folder the folder to which relative paths in the file refer
 * @throws ZodError
 * @throws Error if a file with a secret or with keys can't be read, or if its content is wrong
 */
export async function parseClients(json: unknown, folder: string): Promise<readonly SignInClient[]> {
  const { clients } = clientsFile.parse(json);
  return await Promise.all(
    clients.map(async ({ secret, secretFile, keys, partner, publicClient: _isPublic, ...client }) => ({
      ...client,
      keys: keys === undefined ? null : await readKeys(keys, folder),
      secret:
        secretFile === undefined
          ? (secret ?? null)
          : await readSecretFile(resolve(folder, secretFile), 'secret', minSecretLength),
      files: [secretFile, keys !== undefined && 'file' in keys ? keys.file : undefined].flatMap((path) =>
        path === undefined ? [] : [resolve(folder, path)],
      ),
      partner: partner ?? client.id,
    })),
  );
}

async function readKeys(keys: NonNullable<ClientEntry['keys']>, folder: string): Promise<ClientKeys> {
  return 'url' in keys
    ? keys
    : await readJsonFile('keys of a client', resolve(folder, keys.file), async (json) =>
        publicKeys.parse(json),
      );
}

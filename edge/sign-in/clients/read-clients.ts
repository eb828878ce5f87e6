import { resolve } from 'node:path';
import { readJsonFile, readSecretFile } from '../../../platform/lifecycle/read-json-file.ts';
import type { Language } from '../../graph/client.ts';
import { type ClientEntry, clientsFile, minSecretLength } from './schema.ts';

/** A service that people sign in to. */
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
  > {
  readonly name: Readonly<Record<Language, string>>;
  /** Null for a public client. */
  readonly secret: string | null;
  /** The partner name that this client's pseudonyms are made for. */
  readonly partner: string;
}

/** @throws Error whose message names the file and everything in it that is missing or wrong. It quotes no secret. */
export const readClients = (file: string): Promise<readonly SignInClient[]> =>
  readJsonFile('SIGN_IN_CLIENTS_FILE', file, parseClients);

/**
 * `folder` is where relative paths start.
 * @throws ZodError
 * @throws Error if the file of a secret can't be read
 */
export async function parseClients(json: unknown, folder: string): Promise<readonly SignInClient[]> {
  const { clients } = clientsFile.parse(json);
  return await Promise.all(
    clients.map(async ({ secret, secretFile, partner, publicClient: _isPublic, ...client }) => ({
      ...client,
      secret:
        secretFile === undefined
          ? (secret ?? null)
          : await readSecretFile(resolve(folder, secretFile), 'secret', minSecretLength),
      partner: partner ?? client.id,
    })),
  );
}

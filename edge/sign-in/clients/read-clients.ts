import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Language } from '../../graph/client.ts';
import { type ClientEntry, clientsFile } from './schema.ts';

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
  /** Null for one that can keep none. */
  readonly secret: string | null;
  /** The name that pseudonyms are made for. */
  readonly partner: string;
}

/** @throws Error whose message names the file, and what in it is missing or wrong. It quotes no secret. */
export async function readClients(file: string): Promise<readonly SignInClient[]> {
  try {
    return await parseClients(JSON.parse(await readFile(file, 'utf8')), dirname(file));
  } catch (error) {
    const reason = error instanceof z.ZodError ? `\n${z.prettifyError(error)}` : ` ${reasonOf(error)}`;
    throw new Error(`SIGN_IN_CLIENTS_FILE ${file} can't be used:${reason}`);
  }
}

/** A parser's message would quote what stands around the mistake: maybe a secret. */
const reasonOf = (error: unknown): string =>
  error instanceof SyntaxError ? 'it is no JSON' : error instanceof Error ? error.message : String(error);

/** `folder`: where relative paths start. @throws ZodError, and an error where a file of a secret can't be read */
export async function parseClients(json: unknown, folder: string): Promise<readonly SignInClient[]> {
  const { clients } = clientsFile.parse(json);
  return await Promise.all(
    clients.map(async ({ secret, secretFile, partner, publicClient: _isPublic, ...client }) => ({
      ...client,
      secret: secret ?? (secretFile === undefined ? null : await readSecret(resolve(folder, secretFile))),
      partner: partner ?? client.id,
    })),
  );
}

async function readSecret(file: string): Promise<string> {
  const content = (await readFile(file, 'utf8')).trimEnd();
  if (content.length < 32) {
    throw new Error(`the secret in ${file} is shorter than 32 characters`);
  }
  return content;
}

/** SIP2_TERMINALS_FILE: the machines and services that may connect. docs/guides/sip2-stations.md has an example. */
import { hash } from 'node:crypto';
import type { BlockList } from 'node:net';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { blockListOf } from '../../../platform/lifecycle/network.ts';
import { readJsonFile, readSecretFile } from '../../../platform/lifecycle/read-json-file.ts';
import type { Charset } from '../protocol/charset.ts';
import { type login, minPasswordLength, terminalsFile } from './terminals-file.ts';

interface CommonTerminal {
  readonly name: string;
  /** Null if the terminal is recognized by its address or its certificate. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Null if the terminal may connect from anywhere. */
  readonly addresses: BlockList | null;
  readonly certificate: string | null;
  readonly charset: Charset;
  readonly language: 'en' | 'zh-Hant';
  /** How long the terminal waits for an answer, in seconds. */
  readonly timeoutSeconds: number;
}

export interface Station extends CommonTerminal {
  readonly profile: 'station';
  /** The code of the branch where the station stands. Null if it is not configured. */
  readonly branch: string | null;
  readonly smartIdFields: { readonly identityNumber: string; readonly dateOfIssue: string } | null;
  /** The text of CL for each destination of a returned item. If a text is absent, CL is not sent. */
  readonly sortBins: {
    readonly shelves?: string | undefined;
    readonly holdShelf?: string | undefined;
    readonly elsewhere?: string | undefined;
  };
  /** The content of the lists in message 64. If null, holds are listed by title, and loans by item number. */
  readonly lists: 'titles' | 'numbers' | null;
  readonly lendsOffline: boolean;
  /** Whether a till of the payment system stands beside the station. A station that takes payments has a branch. */
  readonly takesPayments: boolean;
}

export interface EbookService extends CommonTerminal {
  readonly profile: 'e-book';
  readonly pseudonymField: string;
}

export type Terminal = Station | EbookService;

export interface Terminals {
  readonly institution: string;
  readonly libraryName: string;
  readonly terminals: readonly Terminal[];
  /** A digest of each terminal's entry and password, by the terminal's name, to find the terminals that have changed. */
  readonly digests: ReadonlyMap<string, string>;
  readonly passwordFiles: readonly string[];
}

/** @throws Error whose message names the file and everything in it that is missing or wrong. */
export const readTerminals = (file: string): Promise<Terminals> =>
  readJsonFile('SIP2_TERMINALS_FILE', file, parseTerminals);

/**
 * Parses the content of SIP2_TERMINALS_FILE. Relative paths in it start at `folder`.
 * @throws ZodError
 * @throws Error if the file of a password can't be read
 */
export async function parseTerminals(json: unknown, folder: string): Promise<Terminals> {
  const { institution, libraryName, terminals: entries } = terminalsFile.parse(json);
  const terminals = await Promise.all(entries.map((entry) => terminalOf(entry, folder)));
  const digests = entries.map(
    (entry, index) => [entry.name, digestOf([entry, terminals[index]?.login ?? null])] as const,
  );
  return {
    institution,
    libraryName,
    terminals,
    digests: new Map(digests),
    passwordFiles: entries.flatMap(({ login: own }) =>
      own?.passwordFile === undefined ? [] : [resolve(folder, own.passwordFile)],
    ),
  };
}

const digestOf = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64url');

async function terminalOf(
  parsed: z.infer<typeof terminalsFile>['terminals'][number],
  folder: string,
): Promise<Terminal> {
  const common = {
    name: parsed.name,
    login: parsed.login === undefined ? null : await loginOf(parsed.login, folder),
    addresses: parsed.addresses === undefined ? null : blockListOf(parsed.addresses),
    certificate: parsed.certificate ?? null,
    charset: parsed.charset,
    language: parsed.language,
    timeoutSeconds: parsed.timeoutSeconds,
  };
  return parsed.profile === 'station'
    ? {
        ...common,
        profile: 'station',
        branch: parsed.branch ?? null,
        smartIdFields: parsed.smartIdFields ?? null,
        sortBins: parsed.sortBins ?? {},
        lists: parsed.lists ?? null,
        lendsOffline: parsed.lendsOffline,
        takesPayments: parsed.takesPayments,
      }
    : { ...common, profile: 'e-book', pseudonymField: parsed.pseudonymField };
}

const loginOf = async (
  { user, password, passwordFile }: z.infer<typeof login>,
  folder: string,
): Promise<CommonTerminal['login']> => ({
  user,
  password:
    passwordFile === undefined
      ? (password ?? '')
      : await readSecretFile(resolve(folder, passwordFile), 'password', minPasswordLength),
});

/** SIP2_TERMINALS_FILE: the machines and services that may connect. docs/guides/sip2-stations.md has an example. */
import { createHash } from 'node:crypto';
import type { BlockList } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { addressRange } from '../../../platform/lifecycle/environment.ts';
import { blockListOf } from '../../../platform/lifecycle/network.ts';
import { readJsonFile, readSecretFile } from '../../../platform/lifecycle/read-json-file.ts';
import { maxTimeoutSeconds, minTimeoutSeconds } from '../bounds.ts';
import { type Charset, charsets } from '../protocol/charset.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and dashes, 41 at most');
const text = z.string().min(1).max(200);
/**
 * Libraries and vendors may agree on extra fields. In practice, the names of extra fields begin with X, Y or Z. The
 * fields of SIP2 itself don't.
 */
const ownField = z
  .string()
  .regex(/^[X-Z][A-Z0-9]$/, 'must be a field of your own: X, Y or Z, and a letter or digit');
const address = addressRange('must be an IP address, or a range such as 10.1.2.0/24');

const minPasswordLength = 8;

const login = z
  .strictObject({
    user: text,
    password: z
      .string()
      .min(minPasswordLength)
      .max(200)
      .optional()
      .describe('In clear; better in a file of its own.'),
    passwordFile: text.optional().describe('A relative path starts at the folder of this file.'),
  })
  .refine(
    ({ password, passwordFile }) => (password === undefined) !== (passwordFile === undefined),
    'must have either `password` or `passwordFile`',
  );

const common = {
  name: name.describe('Its name in logs, and the id of the client that it is for the graph.'),
  login: login
    .optional()
    .describe('What it sends with 93. Without it, `addresses` or `certificate` must be given.'),
  addresses: z
    .array(address)
    .min(1)
    .max(100)
    .optional()
    .describe('Where it may connect from; without it: anywhere.'),
  certificate: text
    .optional()
    .describe('The common name of its TLS client certificate. It needs TLS_CLIENT_CA_FILE.'),
  charset: z.enum(charsets).default('utf-8'),
  language: z
    .enum(['en', 'zh-Hant'])
    .default('en')
    .describe('Of screen messages, unless a message asks for another.'),
  timeoutSeconds: z
    .int()
    .min(minTimeoutSeconds)
    .max(maxTimeoutSeconds)
    .default(minTimeoutSeconds)
    .describe('How long it waits for an answer. 98 tells it, and its own setting must be no shorter.'),
};

/** The text that tells a sorter where to put an item (CL), such as the number of a bin. */
const sortBin = z.string().min(1).max(20);

const station = z.strictObject({
  ...common,
  profile: z.literal('station'),
  branch: text.optional().describe('The code of the branch where it stands.'),
  smartIdFields: z
    .strictObject({ identityNumber: ownField, dateOfIssue: ownField })
    .optional()
    .describe(
      'The fields with the two facts of a smart identity card (R6, R11). They are read over TLS alone.',
    ),
  sortBins: z
    .strictObject({ shelves: sortBin, holdShelf: sortBin, elsewhere: sortBin })
    .partial()
    .optional()
    .describe('CL of a returned item, by where it must go.'),
  lists: z
    .enum(['titles', 'numbers'])
    .optional()
    .describe('What the lists of 64 have. Without it: titles of holds, and numbers of items on loan.'),
  lendsOffline: z
    .boolean()
    .default(false)
    .describe('Whether it lends while it is off line, and sends these loans later (`no block`).'),
});

const ebook = z.strictObject({
  ...common,
  profile: z.literal('e-book'),
  pseudonymField: ownField.describe("The field of 64 that has the reader's pseudonym (R28)."),
});

const terminalsFile = z
  .strictObject({
    $schema: z.string().optional(),
    institution: z.string().max(100).default('').describe('The institution id, AO.'),
    libraryName: z.string().max(100).default('').describe('AM of 98.'),
    terminals: z
      .array(z.discriminatedUnion('profile', [station, ebook]))
      .min(1)
      .max(10_000),
  })
  .superRefine(({ terminals }, context) => {
    const seen = new Set<string>();
    for (const [index, { name: id, login: credentials, addresses, certificate }] of terminals.entries()) {
      const path = ['terminals', index];
      if (credentials === undefined && addresses === undefined && certificate === undefined) {
        context.addIssue({
          code: 'custom',
          path,
          message: 'must have `login`, `addresses` or `certificate`',
        });
      }
      // Without a login, terminals with the same address and certificate can't be distinguished.
      const suffix = certificate === undefined ? '' : ` with certificate ${certificate}`;
      const others =
        credentials === undefined
          ? (addresses ?? ['any']).map((address) => `address ${address}${suffix}`)
          : [`user ${credentials.user}`];
      for (const key of [`name ${id}`, ...others]) {
        if (seen.has(key)) {
          context.addIssue({ code: 'custom', path, message: `${key} is there twice` });
        }
        seen.add(key);
      }
    }
  });

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
  /** The paths of the files with passwords. */
  readonly passwordFiles: readonly string[];
}

/** @throws Error whose message names the file and everything in it that is missing or wrong. */
export const readTerminals = (file: string): Promise<Terminals> =>
  readJsonFile('SIP2_TERMINALS_FILE', file, parseTerminals);

/**
 * `folder` is where relative paths start.
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

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url');

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

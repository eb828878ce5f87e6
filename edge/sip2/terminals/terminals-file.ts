/** The form of SIP2_TERMINALS_FILE. docs/guides/sip2-stations.md has an example. */
import { z } from 'zod';
import { addressRange } from '../../../platform/lifecycle/environment.ts';
import { maxTimeoutSeconds, minPayingSeconds, minTimeoutSeconds } from '../bounds.ts';
import { charsets } from '../protocol/charset.ts';

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

/** In characters. */
export const minPasswordLength = 8;

export const login = z
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
  takesPayments: z
    .boolean()
    .default(false)
    .describe(
      'Whether a till of the payment system stands beside it (37). It needs `branch` and `timeoutSeconds` of 15 or more.',
    ),
});

const ebook = z.strictObject({
  ...common,
  profile: z.literal('e-book'),
  pseudonymField: ownField.describe("The field of 64 that has the reader's pseudonym (R28)."),
});

const isTillMissing = (terminal: z.infer<typeof station> | z.infer<typeof ebook>): boolean =>
  terminal.profile === 'station' &&
  terminal.takesPayments &&
  (terminal.branch === undefined || terminal.timeoutSeconds < minPayingSeconds);

export const terminalsFile = z
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
    for (const [index, terminal] of terminals.entries()) {
      const { name: id, login: credentials, addresses, certificate } = terminal;
      const path = ['terminals', index];
      if (isTillMissing(terminal)) {
        context.addIssue({
          code: 'custom',
          path,
          message: `takes payments, so it must have \`branch\`, and \`timeoutSeconds\` of ${minPayingSeconds} or more`,
        });
      }
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

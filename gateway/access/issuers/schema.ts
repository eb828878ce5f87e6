import { z } from 'zod';
import { audiences } from '../../audiences.ts';
import { keysUrl } from '../../config.ts';
import { asymmetricAlgorithms, entryDefaults } from './entry.ts';
import type { KeysLocation } from './load-keys.ts';

const text = z.string().min(1).max(1000);
const names = z.array(text).min(1).max(20);
/** A scope as defined in RFC 6749. */
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be one scope, without spaces')
  .max(200);

const keys = z
  .strictObject({
    url: keysUrl.optional().describe('The URL of a JWK Set: https, or on this machine.'),
    file: text
      .optional()
      .describe('A file with a JWK Set. A relative path starts at the folder of this file.'),
  })
  .describe('Where its keys are: `url` or `file`.')
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform(({ url, file }, context): KeysLocation => {
    if (url !== undefined && file === undefined) {
      return { url };
    }
    if (file !== undefined && url === undefined) {
      return { file };
    }
    context.addIssue({ code: 'custom', message: 'must have either `url` or `file`' });
    return z.NEVER;
  });

const claims = z.strictObject({
  scopes: names
    .default([...entryDefaults.claims.scopes])
    .describe(
      'The claims with scopes. Each may be a text, separated by spaces, or a list. The scopes of all of them count.',
    ),
  clientId: names
    .default([...entryDefaults.claims.clientId])
    .describe('The claims with the id of the client. The first one that a token has counts.'),
  patronId: text
    .default(entryDefaults.claims.patronId)
    .describe("The claim with the registry's number of the patron who is signed in."),
  subject: text
    .default(entryDefaults.claims.subject)
    .describe('The claim that names the person, or the client that acts for itself.'),
  branch: text
    .default(entryDefaults.claims.branch)
    .describe('The claim with the code of the branch where the caller is. It gives no right.'),
});

const grant = z.strictObject({
  clients: z
    .array(text)
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'The ids of the clients that this is for. Without it: any client that no other grant of the issuer names. A token of a client that no grant is for is refused.',
    ),
  audience: z.enum(audiences).describe('Whom these clients serve.'),
  scopes: z
    .array(scope)
    .max(200)
    .default([])
    .describe('The scopes that these tokens may have. Any other scope in a token is dropped.'),
  patronId: z
    .boolean()
    .default(false)
    .describe('Whether these tokens may say which patron is signed in. If not, the claim is dropped.'),
  partner: text
    .max(200)
    .optional()
    .describe(
      'The one name of the partner whose clients these are. Pseudonyms are made for it, so it can never change. Without it: the id of the client.',
    ),
});

const issuer = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and dashes, 41 at most')
    .describe('The name of the issuer in logs, in health, and of the file that keeps its keys.'),
  issuer: text.describe('The `iss` of its tokens, to the letter.'),
  keys,
  audiences: names.describe('A token is accepted if its `aud` is or has one of these.'),
  algorithms: z
    .array(z.enum(asymmetricAlgorithms))
    .min(1)
    .default([...entryDefaults.algorithms])
    .describe('The algorithms of signatures that are accepted.'),
  clockToleranceSeconds: z
    .int()
    .min(0)
    .max(300)
    .default(entryDefaults.clockToleranceSeconds)
    .describe("By how much the issuer's clock and ours may differ."),
  claims: claims.prefault({}).describe('Which claims of its tokens say what.'),
  grants: z
    .array(grant)
    .min(1)
    .max(1000)
    .describe('What the issuer may say of a caller, by client. All else in a token is dropped.'),
});

/** The schema of ISSUERS_FILE. Rules about several entries are in `checkIssuers`. */
export const issuersFile = z
  .strictObject({
    $schema: z.string().optional().describe('Where this schema is, for editors.'),
    issuers: z.array(issuer).min(1).max(100),
  })
  .describe('The issuers whose tokens the gateway accepts (ISSUERS_FILE).');

export type IssuersFile = z.infer<typeof issuersFile>;

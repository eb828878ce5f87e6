/** SIGN_IN_CLIENTS_FILE: the services that readers and staff sign in to. docs/guides/sign-in.md has examples. */
import { z } from 'zod';
import { isLoopbackName } from '../../../platform/lifecycle/network.ts';

const text = z.string().min(1).max(200);
export const minSecretLength = 32;

/** The sign-in service's own client id for the graph. */
export const ownClientId = 'sign-in';
/** The client id of the consents page (`consentsClient`). */
export const consentsClientId = 'sign-in-consents';

/**
 * Redirect URIs are compared exactly, so they have no wildcard. They have no fragment either, because browsers don't
 * send one.
 */
const redirectUri = z
  .url({ error: 'must be a URL', abort: true })
  .max(1000)
  .refine((uri) => !uri.includes('#') && !uri.includes('*'), 'must have neither a fragment nor a *')
  .refine((uri) => {
    const { protocol, hostname, username, password } = new URL(uri);
    const isOwnScheme = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol);
    const isHttp = protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname));
    return username === '' && password === '' && (isHttp || isOwnScheme);
  }, 'must be https, http on this machine, or the own scheme of an app, such as hk.example.reader:');

const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be one scope, without spaces')
  .max(200);

const name = z.strictObject({ en: text, 'zh-Hant': text });

/** A URL on one of the client's servers: https, or http on this machine. */
const serverUrl = z
  .url({ error: 'must be a URL', abort: true })
  .max(1000)
  .refine((uri) => {
    const { protocol, hostname, hash } = new URL(uri);
    return hash === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname)));
  }, 'must be https, or http on this machine, without a fragment');

/** A JWK Set of a client, with only public keys. */
export const publicKeys = z.object({
  keys: z
    .array(
      z
        .looseObject({ kty: z.enum(['RSA', 'EC']) })
        .refine((key) => !('d' in key), 'must be a public key, without `d`'),
    )
    .min(1)
    .max(20),
});

export const clientEntry = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,60}$/, 'must be lower-case letters, digits and dashes, 61 at most')
      .refine(
        (id) => id !== ownClientId && id !== consentsClientId,
        `must not be ${ownClientId} or ${consentsClientId}, which are the sign-in service itself`,
      )
      .describe('Its `client_id`.'),
    name: name.describe('What readers are told that they sign in to.'),
    redirectUris: z
      .array(redirectUri)
      .min(1)
      .max(20)
      .describe('Where the browser may be sent back to, with a code. Compared to the letter.'),
    postLogoutRedirectUris: z
      .array(redirectUri)
      .max(20)
      .default([])
      .describe('Where the browser may be sent back to after signing out.'),
    backchannelLogoutUri: serverUrl
      .nullable()
      .default(null)
      .describe(
        'Where the service is told that a reader is signed out (OpenID Connect Back-Channel Logout 1.0).',
      ),
    secret: z
      .string()
      .min(minSecretLength)
      .max(200)
      .optional()
      .describe('What a server authenticates itself with, in clear; better in a file of its own.'),
    secretFile: text.optional().describe('A relative path starts at the folder of this file.'),
    keys: z
      .union([z.strictObject({ url: serverUrl }), z.strictObject({ file: text })])
      .optional()
      .describe(
        'Its public keys, instead of a secret (`private_key_jwt`): the `url` of a JWK Set, or a `file` with one.',
      ),
    publicClient: z
      .boolean()
      .default(false)
      .describe('For an app or a page that can keep no secret. PKCE protects it, as everybody.'),
    withoutPkce: z
      .boolean()
      .default(false)
      .describe(
        'For a server that can’t do PKCE: its requests may have a `nonce` instead. Each such sign-in is logged.',
      ),
    ageBand: z
      .boolean()
      .default(false)
      .describe(
        'Whether it may ask readers for their age group (R28), for what may not be lent to children.',
      ),
    audience: z
      .enum(['partner', 'reader', 'staff'])
      .describe(
        'Whom it serves: `partner` for an e-book service, `reader` and `staff` for the library’s own.',
      ),
    firstParty: z
      .boolean()
      .default(false)
      .describe(
        'The library’s own: it learns the patron number, gets access tokens for the graph, and needs no consent.',
      ),
    partner: text
      .optional()
      .describe(
        'The name that pseudonyms are made for, the same as in ISSUERS_FILE. It can never change. Without it: `id`.',
      ),
    scopes: z
      .array(scope)
      .max(50)
      .default([])
      .describe('The scopes of the graph that its access tokens may have. For staff alone.'),
    idTokenAlgorithm: z
      .enum(['RS256', 'ES256'])
      .default('RS256')
      .describe('What its ID tokens are signed with.'),
  })
  .superRefine((client, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const given = [client.secret, client.secretFile, client.keys].filter((way) => way !== undefined);
    if (given.length + Number(client.publicClient) !== 1) {
      refuse('secretFile', 'must have one of `secret`, `secretFile`, `keys` and `publicClient`');
    }
    if (client.withoutPkce && client.publicClient) {
      refuse('withoutPkce', 'is not for public clients, which nothing but PKCE protects');
    }
    if (client.ageBand && client.audience !== 'partner') {
      refuse('ageBand', 'is for the audience partner alone');
    }
    if (client.firstParty !== (client.audience !== 'partner')) {
      refuse('firstParty', 'must be true for the audiences reader and staff, and for no other');
    }
    if (client.scopes.length > 0 && client.audience !== 'staff') {
      refuse('scopes', 'are for the audience staff alone: what is a reader’s own needs none');
    }
  });

export const clientsFile = z
  .strictObject({
    $schema: z.string().optional().describe('Where this schema is, for editors.'),
    clients: z.array(clientEntry).min(1).max(200),
  })
  .superRefine(({ clients }, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of clients.entries()) {
      if (seen.has(id)) {
        context.addIssue({ code: 'custom', path: ['clients', index, 'id'], message: `${id} is there twice` });
      }
      seen.add(id);
    }
  })
  .describe('The services that readers and staff sign in to (SIGN_IN_CLIENTS_FILE).');

export type ClientEntry = z.infer<typeof clientEntry>;

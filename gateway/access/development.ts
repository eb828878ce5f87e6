import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import type { Issuer } from './bearer.ts';
import { trustedEntry } from './issuers/entry.ts';
import { fixedKeys } from './issuers/keys.ts';
import { readIfExists } from './read-if-exists.ts';

/**
 * The issuer for development, used if no issuer is configured. It has one key in DATA_DIR, which is generated at the
 * first use. Only the owner of the key's file can read the key. The configuration rejects this issuer in production.
 */
export interface DevelopmentIssuer extends Issuer {
  /** Signs a token with these claims. The token is valid for `lifetimeSeconds`, starting now. */
  sign(claims: TokenClaims, lifetimeSeconds: number): Promise<string>;
}

export interface TokenClaims {
  readonly subject: string;
  readonly patronId?: string | undefined;
  /** When the patron signed in, in seconds since 1970. The default is now. */
  readonly signedInAt?: number;
  readonly clientId?: string | undefined;
  /** Scopes, separated by spaces. */
  readonly scope?: string | undefined;
  readonly branch?: string | undefined;
}

const algorithm = 'ES256';
const issuer = 'patron-graph-development';
const audience = 'patron-graph';

/** @throws Error if the key's file can't be read or created, or has no key. */
export async function openDevelopmentIssuer(dataDir: string): Promise<DevelopmentIssuer> {
  const privateJwk = await readOrCreateKey(join(dataDir, 'development-issuer.jwk.json'));
  const key = await importJWK(privateJwk, algorithm);
  const { d: _private, ...publicJwk } = privateJwk;
  return {
    entry: trustedEntry('development', issuer, audience),
    keys: fixedKeys({ keys: [publicJwk] }),
    sign: ({ subject, patronId, signedInAt, clientId, scope, branch }, lifetimeSeconds) =>
      new SignJWT({
        patron_id: patronId,
        client_id: clientId,
        scope,
        library_branch: branch,
        sid: patronId === undefined ? undefined : randomUUID(),
        auth_time: patronId === undefined ? undefined : (signedInAt ?? Math.floor(Date.now() / 1000)),
      })
        .setProtectedHeader({ alg: algorithm })
        .setSubject(subject)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${lifetimeSeconds}s`)
        .sign(key),
  };
}

const jwk = z.object({ kty: z.literal('EC'), crv: z.string(), x: z.string(), y: z.string(), d: z.string() });

async function readOrCreateKey(file: string): Promise<JWK & { d: string }> {
  const text = (await readIfExists(file)) ?? (await createKey(file));
  const parsed = jwk.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`${file} has no signing key. Remove the file, and a new key is generated.`);
  }
  return parsed.data;
}

/**
 * Creates the key's file. Two processes may do so at the same time: each writes a draft and links it to the file's
 * name. The first link succeeds, and nobody reads an incomplete key.
 */
async function createKey(file: string): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    await rm(draft);
  }
  return readFile(file, 'utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error is not passed on, because its message would quote the key.
    return undefined;
  }
}

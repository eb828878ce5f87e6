import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import type { Issuer } from './bearer.ts';

/**
 * The issuer for development, where no JWKS_URL is set: one key in DATA_DIR, made at first use and readable by its
 * owner alone. Configuration refuses it in production.
 */
export interface DevelopmentIssuer extends Issuer {
  /** A token with those claims. `lifetime` in seconds. */
  sign(claims: TokenClaims, lifetime: number): Promise<string>;
}

export interface TokenClaims {
  readonly subject: string;
  readonly patronId?: string;
  readonly clientId?: string;
  /** Parted by spaces. */
  readonly scope?: string;
}

const algorithm = 'ES256';
const issuer = 'patron-graph-development';
const audience = 'patron-graph';

export async function openDevelopmentIssuer(dataDir: string): Promise<DevelopmentIssuer> {
  const privateJwk = await readOrMakeKey(join(dataDir, 'development-issuer.jwk.json'));
  const key = await importJWK(privateJwk, algorithm);
  const { d: _private, ...publicJwk } = privateJwk;
  return {
    keys: createLocalJWKSet({ keys: [publicJwk] }),
    issuer,
    audience,
    sign: ({ subject, patronId, clientId, scope }, lifetime) =>
      new SignJWT({
        ...(patronId !== undefined && { patron_id: patronId }),
        ...(clientId !== undefined && { client_id: clientId }),
        ...(scope !== undefined && { scope }),
      })
        .setProtectedHeader({ alg: algorithm })
        .setSubject(subject)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${lifetime}s`)
        .sign(key),
  };
}

const jwk = z.object({ kty: z.literal('EC'), crv: z.string(), x: z.string(), y: z.string(), d: z.string() });

/** Two processes may start at once: the one that writes first wins, and both read what was written. */
async function readOrMakeKey(file: string): Promise<JWK & { d: string }> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, JSON.stringify(await exportJWK(privateKey)), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    },
  );
  const parsed = jwk.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) {
    throw new Error(`${file} holds no signing key: remove it, and a new one is made.`);
  }
  return parsed.data;
}

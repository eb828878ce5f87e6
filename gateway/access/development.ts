import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

async function readOrMakeKey(file: string): Promise<JWK & { d: string }> {
  const text = (await readIfThere(file)) ?? (await makeKey(file));
  const parsed = jwk.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`${file} holds no signing key: remove it, and a new one is made.`);
  }
  return parsed.data;
}

/** Two processes may start at once: the one whose file gets the name first wins, and it gets it whole. */
async function makeKey(file: string): Promise<string> {
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

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What it says would quote the key.
    return undefined;
  }
}

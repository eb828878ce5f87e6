import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type JWTPayload, SignJWT } from 'jose';

/** Issuers in an `ISSUERS_FILE`, which all sign with one key. The key is in a file, so nothing is fetched. */
export interface FileIssuers {
  readonly issuersFile: string;
  /** The private key, as `SIP2_TOKEN_KEY_FILE` has it. */
  readonly keyFile: string;
  /** Signs a token of an issuer, for an hour. */
  token(issuer: string, claims: JWTPayload): Promise<string>;
}

const kid = 'one';
const audience = 'patron-graph';

/** Writes the files into `folder`. `grantOf` has the grant of each issuer, by the issuer's name. */
export async function writeIssuers(
  folder: string,
  grantOf: Readonly<Record<string, object>>,
): Promise<FileIssuers> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwkOf = (key: typeof publicKey) => ({ ...key.export({ format: 'jwk' }), kid, alg: 'ES256' });
  const write = async (name: string, content: object) => {
    const file = join(folder, name);
    await writeFile(file, JSON.stringify(content));
    return file;
  };
  await write('keys.json', { keys: [jwkOf(publicKey)] });
  const issuers = Object.entries(grantOf).map(([name, grant]) => ({
    name,
    issuer: name,
    keys: { file: 'keys.json' },
    audiences: [audience],
    grants: [grant],
  }));
  return {
    issuersFile: await write('issuers.json', { issuers }),
    keyFile: await write('key.json', jwkOf(privateKey)),
    token: (issuer, claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}

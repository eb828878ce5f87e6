import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import type { Act } from './acts.ts';
import type { Reader } from './seed.ts';

/** The issuer and the audience of the tokens. */
const issuer = 'https://id.example';
const audience = 'patron-graph';
const lifetimeSeconds = 24 * 60 * 60;
/** One request in this number has a token that nobody has seen. */
const newEvery = 10;
const staffMembers = 10;
const staffScope = 'patrons:read credentials:read circulation:read circulation:write';

/** The tokens of readers and of staff. Most requests send a token that was sent before. */
export class Tokens implements AsyncDisposable {
  readonly #provider: IdentityProvider;
  readonly #kept = new Map<string, string>();

  private constructor(provider: IdentityProvider) {
    this.#provider = provider;
  }

  static async open(): Promise<Tokens> {
    return new Tokens(await startIdentityProvider());
  }

  /** What a program must know to verify the tokens. */
  get variables(): NodeJS.ProcessEnv {
    return { JWKS_URL: this.#provider.url, JWT_ISSUER: issuer, JWT_AUDIENCE: audience };
  }

  /** The tokens of the requests of a round, by the position of their readers. */
  async ofRound({ asReader }: Act, readers: readonly Reader[]): Promise<readonly string[]> {
    return await Promise.all(
      readers.map(async ({ patronId }, position) => {
        const subject = asReader ? patronId : `staff-${position % staffMembers}`;
        const kept = position % newEvery === 0 ? undefined : this.#kept.get(subject);
        const token = kept ?? (await this.#sign(subject, asReader));
        this.#kept.set(subject, token);
        return token;
      }),
    );
  }

  #sign(subject: string, asReader: boolean): Promise<string> {
    return this.#provider.sign(
      {
        iss: issuer,
        aud: audience,
        sub: subject,
        client_id: asReader ? 'web' : 'desk',
        ...(asReader ? { patron_id: subject } : { scope: staffScope }),
        jti: crypto.randomUUID(),
        exp: Math.floor(Date.now() / 1000) + lifetimeSeconds,
      },
      { alg: 'ES256', kid: 'one' },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider[Symbol.asyncDispose]();
  }
}

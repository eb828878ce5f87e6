import { createServer } from 'node:http';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { listenOnLoopback } from './servers/loopback.ts';

type SigningAlgorithm = 'ES256' | 'RS256';

/** The behaviour of an identity provider at requests for its keys. */
type Behaviour = 'answers' | 'fails' | 'hangs';

/** An identity provider as a gateway sees it: it has keys at a URL, and signs tokens with them. */
export interface IdentityProvider extends AsyncDisposable {
  /** The URL of its JWK Set. */
  readonly url: string;
  behaviour: Behaviour;
  /** The number of requests for the keys so far. */
  readonly requests: number;
  /** Adds a key with the given `kid` to the JWK Set, or replaces it. */
  addKey(kid: string, alg?: SigningAlgorithm): Promise<void>;
  /** Removes the key from the JWK Set. Tokens can still be signed with it. */
  withdrawKey(kid: string): void;
  /** Signs exactly this payload with the key that the header's `kid` names. */
  sign(payload: JWTPayload, header: JWTHeaderParameters): Promise<string>;
  /** Signs the payload with the key `one`. The token is valid for a minute. */
  token(payload: JWTPayload): Promise<string>;
}

/** Starts an identity provider with one key, `one`, for ES256. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const privateKeys = new Map<string, CryptoKey>();
  const published = new Map<string, object>();
  let behaviour: Behaviour = 'answers';
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if (behaviour === 'hangs') {
      return;
    }
    response.statusCode = behaviour === 'answers' ? 200 : 503;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(behaviour === 'answers' ? { keys: [...published.values()] } : {}));
  });
  const listening = await listenOnLoopback(server);
  const provider: IdentityProvider = {
    url: `${listening.origin}/keys`,
    get behaviour() {
      return behaviour;
    },
    set behaviour(next) {
      behaviour = next;
    },
    get requests() {
      return requests;
    },
    async addKey(kid, alg = 'ES256') {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      privateKeys.set(kid, privateKey);
      published.set(kid, { ...(await exportJWK(publicKey)), kid, use: 'sig' });
    },
    withdrawKey: (kid) => void published.delete(kid),
    sign(payload, header) {
      const key = privateKeys.get(header.kid ?? '');
      if (key === undefined) {
        throw new Error(`there is no key ${header.kid}`);
      }
      return new SignJWT(payload).setProtectedHeader(header).sign(key);
    },
    token(payload) {
      const exp = Math.floor(Date.now() / 1000) + 60;
      return provider.sign({ ...payload, exp }, { alg: 'ES256', kid: 'one' });
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
  await provider.addKey('one');
  return provider;
}

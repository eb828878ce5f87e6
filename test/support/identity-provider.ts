import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';

type SigningAlgorithm = 'ES256' | 'RS256';

/** What an identity provider does with a request for its keys. */
type Behaviour = 'answers' | 'fails' | 'hangs';

/** The part of an identity provider that a gateway sees: keys at a URL, and tokens that they sign. */
export interface IdentityProvider extends AsyncDisposable {
  /** The URL of its JWK Set. */
  readonly url: string;
  behaviour: Behaviour;
  /** Requests for the keys so far. */
  readonly requests: number;
  /** Adds a key with that `kid` to the JWK Set, or replaces it. */
  addKey(kid: string, alg?: SigningAlgorithm): Promise<void>;
  /** Removes the key from the JWK Set; it still signs. */
  withdrawKey(kid: string): void;
  /** Signs exactly this payload with the key that the header's `kid` names. */
  sign(payload: JWTPayload, header: JWTHeaderParameters): Promise<string>;
}

/** Starts one with the key `one`, for ES256. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const privateKeys = new Map<string, CryptoKey>();
  const published = new Map<string, object>();
  const hanging = new Set<ServerResponse>();
  let behaviour: Behaviour = 'answers';
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if (behaviour === 'hangs') {
      hanging.add(response);
      return;
    }
    response.statusCode = behaviour === 'answers' ? 200 : 503;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(behaviour === 'answers' ? { keys: [...published.values()] } : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const provider: IdentityProvider = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/keys`,
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
    async [Symbol.asyncDispose]() {
      for (const response of hanging) {
        response.destroy();
      }
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  await provider.addKey('one');
  return provider;
}

/** Writes the entries as an `ISSUERS_FILE`, which is removed with `resources`. Resolves to its path. */
export async function issuersFile(
  issuers: readonly object[],
  resources: AsyncDisposableStack,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-issuers-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const file = join(folder, 'issuers.json');
  await writeFile(file, JSON.stringify({ issuers }));
  return file;
}

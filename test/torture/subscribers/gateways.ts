import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import type { RunningProcess } from '../../support/processes.ts';
import { freePort } from '../../support/processes.ts';
import { type Balancer, startBalancer } from '../../support/services/balancer.ts';
import { startService, statusOf, urlsOf } from '../../support/services/running-service.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import type { Killable } from '../faults/replica-faults.ts';
import type { Replica } from '../system/replica.ts';
import { issuer } from '../workload/actions.ts';

/** The gateways of subscribers, and the issuer of their tokens. */
export interface Gateways extends AsyncDisposable {
  readonly all: readonly Gateway[];
  readonly provider: IdentityProvider;
  /** Lets gateways ask this process for streams, too. Requires a program that knows the log of changes. */
  add(replica: Replica): void;
}

const gatewayCount = 2;
const audience = 'patron-graph';

/** A gateway that can be killed, and started again on the same port. */
class Gateway implements Killable, AsyncDisposable {
  readonly #root: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #port: number;
  #process: RunningProcess | null = null;

  constructor(root: string, environment: NodeJS.ProcessEnv, port: number) {
    this.#root = root;
    this.#environment = environment;
    this.#port = port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get isAvailable(): boolean {
    return this.#process !== null;
  }

  async start(): Promise<void> {
    const started = await startService('gateway', this.#environment, this.#port, this.#root);
    this.#process = started;
    while ((await statusOf(this.origin, 'live')) !== 200) {
      if (started.child.exitCode !== null) {
        throw new Error(`a gateway ended: ${started.output.stderr}`);
      }
      await sleep(50);
    }
  }

  async kill(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
    this.#process = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

export type { Gateway };

/** Starts the gateways from a source tree. `environment` is for subgraphs. */
export async function startGateways(
  root: string,
  environment: Readonly<Record<string, string>>,
): Promise<Gateways> {
  await using resources = new AsyncDisposableStack();
  const provider = resources.use(await startIdentityProvider());
  const { path } = resources.use(await openTemporaryFolder());
  const balancers = {
    patrons: resources.use(await startBalancer()),
    credentials: resources.use(await startBalancer()),
    circulation: resources.use(await startBalancer()),
  } satisfies Record<Exclude<Replica['subgraph'], 'charges'>, Balancer>;
  const { patrons, credentials, circulation } = balancers;
  const env = {
    ...environment,
    ...urlsOf({ patrons: patrons.origin, credentials: credentials.origin, circulation: circulation.origin }),
    DATA_DIR: join(path, 'gateway'),
    RATES: 'off',
    JWKS_URL: provider.url,
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: audience,
  };
  const all: Gateway[] = [];
  for (let number = 0; number < gatewayCount; number += 1) {
    const gateway = resources.use(new Gateway(root, env, await freePort()));
    await gateway.start();
    all.push(gateway);
  }
  const open = resources.move();
  return {
    all,
    provider,
    add({ subgraph, origin }) {
      // Payments have a run of their own, without gateways.
      if (subgraph !== 'charges') {
        balancers[subgraph].add(origin);
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** The claims of a subscriber's token. */
export interface SubscriberClaims {
  readonly subject: string;
  readonly patronId?: string;
  readonly clientId?: string;
  readonly scope?: string;
}

/** A token that is valid for a day. */
export function signToken(
  { provider }: Gateways,
  { subject, patronId, clientId, scope }: SubscriberClaims,
): Promise<string> {
  const nowS = Math.floor(Date.now() / 1_000);
  const signIn = patronId === undefined ? {} : { patron_id: patronId, sid: `of ${subject}`, auth_time: nowS };
  const claims = { iss: issuer, aud: audience, sub: subject, exp: nowS + 86_400, scope, client_id: clientId };
  return provider.sign({ ...claims, ...signIn }, { alg: 'ES256', kid: 'one' });
}

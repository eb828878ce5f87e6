import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openDevelopmentIssuer } from '../../../../gateway/access/development.ts';
import { postJson } from '../../../support/graph/ask-graph.ts';
import { mutationOf } from '../../../support/mutation.ts';
import { freePorts } from '../../../support/processes.ts';
import { legacyEnv } from '../../../support/services/environment.ts';
import { databaseOrSkip } from '../../../support/set-up/database-or-skip.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';
import { startSimulators } from '../../../support/simulator-process.ts';
import { formOf, copies as shelf } from '../../stories/library.ts';
import { newApplicant } from '../../stories/people.ts';
import { type RollingService, startRollingService } from './rolling-service.ts';

const folder = openedForTests(openTemporaryFolder);

const [former, next] = ['the former secret of thirty-two letters', 'the next secret of as many characters'];
/** The secrets of all processes in each round of the rotation. */
const rounds = [`${former},${next}`, `${next},${former}`, next];

/** A patron with five loans, their library card and its PIN. `copies` are seven copies on the shelf. */
const patronId = 'P0000002';
const libraryCardNumber = '21852000000033';
const pin = '1234';
const copies = shelf.slice(0, 7);
const loansBefore = 5;

/** The environment with `secrets` as the value of both secrets. */
const withSecrets = (env: NodeJS.ProcessEnv, secrets: string): NodeJS.ProcessEnv => ({
  ...env,
  SUBGRAPH_SECRET: secrets,
  JOURNAL_SECRET: secrets,
});

interface Tokens {
  readonly staff: string;
  readonly partner: string;
}

async function makeTokens(): Promise<Tokens> {
  const issuer = await openDevelopmentIssuer(folder.path);
  const scope = 'circulation:read circulation:write patrons:read credentials:write';
  return {
    staff: await issuer.sign({ subject: 'staff', scope }, 600),
    partner: await issuer.sign({ subject: 'partner', clientId: 'ebooks', scope: 'partner:verify' }, 600),
  };
}

type Payload = Readonly<Record<string, unknown>> & {
  readonly operation?: { readonly code: string; readonly state: string };
  readonly problems?: readonly { readonly code: string }[];
};

/** A client of the gateway. It fails the test if an answer is incomplete. */
function clientOf({ origin }: RollingService) {
  const ask = async (token: string, query: string, variables: object = {}) => {
    const response = await postJson(`${origin}/graphql`, { query, variables }, { token });
    const text = await response.text();
    expect({ status: response.status, text }).toEqual({
      status: 200,
      text: expect.not.stringContaining('"errors"'),
    });
    return JSON.parse(text).data as Record<string, unknown>;
  };
  const change = async (token: string, field: string, selection: string, input: object): Promise<Payload> => {
    const data = await ask(token, mutationOf(field, selection), { input });
    return data[field] as Payload;
  };
  return { ask, change };
}
type Client = ReturnType<typeof clientOf>;

/**
 * Checks out all seven copies at once. Five places are free, so all processes together may make at most five loans.
 * Then the copies are given back.
 */
async function fillTheQuota({ ask, change }: Client, { staff }: Tokens): Promise<void> {
  const asked = await Promise.all(
    copies.map(async (itemNumber) => {
      const input = { reference: randomUUID(), credential: { libraryCardNumber }, itemNumber };
      const selection = 'operation { code state } problems { code }';
      const { operation, problems } = await change(staff, 'checkOut', selection, input);
      return { itemNumber, outcome: operation?.state === 'DONE' ? 'DONE' : problems?.[0]?.code };
    }),
  );
  const lent = asked.filter(({ outcome }) => outcome === 'DONE');
  expect(lent.length).toBeLessThanOrEqual(10 - loansBefore);
  expect(asked.map(({ outcome }) => outcome)).not.toContain(undefined);
  const { patron } = await ask(staff, `{ patron(id: "${patronId}") { loanQuota { used pending } } }`);
  expect(patron).toEqual({ loanQuota: { used: loansBefore + lent.length, pending: 0 } });
  for (const { itemNumber } of lent) {
    await change(staff, 'checkIn', 'operation { code state }', { reference: randomUUID(), itemNumber });
  }
}

/** Values that clients got before the secrets change. They must stay valid. */
interface Promised {
  readonly application: object;
  readonly receipt: unknown;
  readonly code: string | undefined;
  readonly pseudonym: unknown;
}

const verification = 'verified pseudonym problem';
const submission = 'operation { code state } receipt';
const wrongPin = { libraryCardNumber: '21852000000041', pin: '9999' };

async function makePromises({ change }: Client, { staff, partner }: Tokens): Promise<Promised> {
  const application = { reference: 'kept', ...formOf(newApplicant(), ['LIBRARY_CARD']) };
  const { operation, receipt } = await change(staff, 'submitApplication', submission, application);
  const { pseudonym } = await change(partner, 'verifyPatron', verification, { libraryCardNumber, pin });
  for (let tries = 0; tries < 4; tries += 1) {
    const refused = await change(partner, 'verifyPatron', verification, wrongPin);
    expect(refused.problem).toBe('WRONG_NUMBER_OR_PIN');
  }
  return { application, receipt, code: operation?.code, pseudonym };
}

async function checkPromises(
  { ask, change }: Client,
  { staff, partner }: Tokens,
  promised: Promised,
): Promise<void> {
  const { application, receipt, code, pseudonym } = promised;
  const again = await change(staff, 'submitApplication', submission, application);
  expect(again).toEqual({ operation: { code, state: 'DONE' }, receipt });
  const progress = 'query ($receipt: String!) { applicationProgress(receipt: $receipt) { status } }';
  expect(await ask(staff, progress, { receipt })).toEqual({ applicationProgress: { status: 'RECEIVED' } });
  expect(await ask(staff, '{ operation(reference: "kept") { code } }')).toEqual({ operation: { code } });
  const verified = await change(partner, 'verifyPatron', verification, { libraryCardNumber, pin });
  expect(verified).toEqual({ verified: true, pseudonym, problem: null });
  const locked = await change(partner, 'verifyPatron', verification, wrongPin);
  expect(locked.problem).toBe('PIN_LOCKED');
}

/** The pause between two repetitions, in ms. It leaves time for starting processes on the same machine. */
const pauseMs = 1_000;

/**
 * Repeats `work` until `isOver`, and once more, so that the last round is checked too. Resolves to the number of
 * repetitions.
 */
async function repeat(work: () => Promise<void>, isOver: () => boolean): Promise<number> {
  for (let times = 1; ; times += 1) {
    const isLast = isOver();
    await work();
    if (isLast) {
      return times;
    }
    await setTimeout(pauseMs);
  }
}

test('each secret is replaced under load, process by process, without an error or a broken promise', {
  timeout: 150_000,
}, async (context) => {
  await using database = await databaseOrSkip(context);
  await using simulators = await startSimulators();
  const behind = { ...legacyEnv(simulators.legacy), DATABASE_URL: database.url };
  await using resources = new AsyncDisposableStack();
  const start = async (...[file, env, count, own]: Parameters<typeof startRollingService>) => {
    const service = resources.use(await startRollingService(file, withSecrets(env, former), count, own));
    return { service, roll: (secrets: string) => service.replaceAll(withSecrets(env, secrets)) };
  };
  const circulation = await start('subgraphs/circulation/main.ts', behind, 2);
  const tokens = await makeTokens();
  // This process also runs *patrons* and *credentials*.
  const local = { ...freePorts, ...behind, ALLOW_DEVELOPMENT_ISSUER: '1' };
  // Two processes must not use the same files. So each has a copy of the folder with the issuer's key.
  const ownFolder = async () => {
    const { path } = resources.use(await openTemporaryFolder());
    await cp(folder.path, path, { recursive: true });
    return { DATA_DIR: path };
  };
  const gateway = await start(
    'embedded/main.ts',
    { ...local, CIRCULATION_URL: circulation.service.origin },
    1,
    ownFolder,
  );
  const client = clientOf(gateway.service);
  const promised = await makePromises(client, tokens);

  let isOver = false;
  const jobs = [() => fillTheQuota(client, tokens), () => checkPromises(client, tokens, promised)];
  const load = Promise.all(jobs.map((job) => repeat(job, () => isOver)));
  const rolling = (async () => {
    for (const secrets of rounds) {
      for (const { roll } of [circulation, gateway]) {
        await roll(secrets);
      }
    }
  })().finally(() => {
    isOver = true;
  });
  const [counts] = await Promise.all([load, rolling]);
  for (const count of counts) {
    expect(count).toBeGreaterThan(rounds.length);
  }

  // The former secret no longer opens the database.
  await expect(
    startRollingService('subgraphs/circulation/main.ts', withSecrets(behind, former), 1),
  ).rejects.toThrow('the database was encrypted with another secret');
});

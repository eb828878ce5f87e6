import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevelopmentIssuer } from '../../../../gateway/access/development.ts';
import { mutationOf } from '../../../support/mutation.ts';
import { findPostgres } from '../../../support/postgres.ts';
import { legacyEnv } from '../../../support/services/environment.ts';
import { startSimulators } from '../../../support/simulator-process.ts';
import { stranger } from '../../stories/people.ts';
import { type RollingService, startRollingService } from './rolling-service.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rotation-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const [former, next] = ['the former secret of thirty-two letters', 'the next secret of as many characters'];
/** What all processes are given, one round after the other. */
const rounds = [`${former},${next}`, `${next},${former}`, next];

/** A patron with five loans, whose library card and PIN these are, and seven copies on the shelf. */
const patronId = 'P0000002';
const libraryCardNumber = '21852000000033';
const pin = '1234';
const copies = ['494', '502', '510', '528', '536', '544', '551'].map((digits) => `31852000000${digits}`);
const loansBefore = 5;

/** The environment with these values of both secrets. */
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
  const issuer = await openDevelopmentIssuer(dataDir);
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

/** A client of the gateway. Each answer must be complete. */
function clientOf({ origin }: RollingService) {
  const ask = async (token: string, query: string, variables: object = {}) => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    expect({ status: response.status, text }).toEqual({
      status: 200,
      text: expect.not.stringContaining('"errors"'),
    });
    return JSON.parse(text).data as Record<string, unknown>;
  };
  const change = async (token: string, field: string, selection: string, input: object): Promise<Payload> => {
    const data = await ask(token, mutationOf(field, selection), {
      input,
    });
    return data[field] as Payload;
  };
  return { ask, change };
}
type Client = ReturnType<typeof clientOf>;

/** Asks for all copies at once. Five places are free: five loans are made, whichever process decides. Gives the copies back. */
async function fillTheQuota({ ask, change }: Client, { staff }: Tokens): Promise<void> {
  const asked = await Promise.all(
    copies.map(async (itemNumber) => {
      const input = { reference: randomUUID(), credential: { libraryCardNumber }, itemNumber };
      const { operation, problems } = await change(
        staff,
        'checkOut',
        'operation { code state } problems { code }',
        input,
      );
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

/** What was promised before the secrets change. */
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
  const application = {
    reference: 'kept',
    channel: 'COUNTER',
    wants: ['LIBRARY_CARD'],
    applicant: stranger(),
  };
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

/** Between two repetitions: starting processes needs the machine, too. */
const pauseMs = 1_000;

/** Repeats until `isOver`, and once after it: so the last round is checked, too. Returns how often. */
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

test('each secret changes under load, process by process, without an error and without a broken promise', {
  timeout: 150_000,
}, async ({ skip }) => {
  await using postgres = await findPostgres();
  if ('reason' in postgres) {
    return skip(`no PostgreSQL: ${postgres.reason}`);
  }
  await using database = await postgres.createDatabase();
  await using simulators = await startSimulators();
  const behind = { ...legacyEnv(simulators.legacy), DATABASE_URL: database.url };
  await using resources = new AsyncDisposableStack();
  const start = async (file: string, env: NodeJS.ProcessEnv, count: number) => {
    const part = resources.use(await startRollingService(file, withSecrets(env, former), count));
    return { part, roll: (secrets: string) => part.replaceAll(withSecrets(env, secrets)) };
  };
  const circulation = await start('subgraphs/circulation/main.ts', behind, 2);
  const tokens = await makeTokens();
  // With *patrons* and *credentials* in its process.
  const local = {
    ...behind,
    SIP2_PORT: '0',
    SIGN_IN_PORT: '0',
    PARTNER_SAMPLE_PORT: '0',
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
  };
  const gateway = await start('embedded/main.ts', { ...local, CIRCULATION_URL: circulation.part.origin }, 1);
  const client = clientOf(gateway.part);
  const promised = await makePromises(client, tokens);

  let isOver = false;
  const load = Promise.all([
    repeat(
      () => fillTheQuota(client, tokens),
      () => isOver,
    ),
    repeat(
      () => checkPromises(client, tokens, promised),
      () => isOver,
    ),
  ]);
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

  // The former secret opens nothing any more.
  await expect(
    startRollingService('subgraphs/circulation/main.ts', withSecrets(behind, former), 1),
  ).rejects.toThrow('the database was encrypted with another secret');
});

/** Sessions renew their tokens. Two processes share the state. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { areas } from '../../../../edge/web/areas.ts';
import { keepTokensFresh } from '../../../../edge/web/sessions/fresh-tokens.ts';
import { createSessions, type Sessions } from '../../../../edge/web/sessions/sessions.ts';
import { ProviderUnavailable, providerTimeoutMs } from '../../../../edge/web/sign-in/provider.ts';
import { SignInFailed } from '../../../../edge/web/sign-in/relying-party.ts';
import type { Tokens } from '../../../../edge/web/sign-in/signed-in-person.ts';
import type { SealedState } from '../../../../store/shared-state/port.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';

const secrets = [new TextEncoder().encode('a secret of thirty-two characters')] as const;
const lifetimeMs = 600_000;

let now: number;
let folder: string;
let states: readonly [SealedState, SealedState];
let sessions: readonly [Sessions, Sessions];
let resources: AsyncDisposableStack;
beforeEach(async () => {
  now = Date.UTC(2026, 10, 24);
  resources = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'web-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const open = async () =>
    resources.use(
      await openSqliteState({ owner: 'web', path: join(folder, 'web.sqlite'), secrets, now: () => now }),
    );
  states = [await open(), await open()];
  const [one, other] = states.map((state) => createSessions(state, areas.reader, () => now));
  sessions = [one as Sessions, other as Sessions];
});
afterEach(() => resources.disposeAsync());

/** A provider whose refresh tokens are valid once. If one is sent again, the provider refuses it. */
class Provider {
  readonly sent: string[] = [];
  #current = 'refresh-0';
  answer: 'tokens' | 'nothing' | 'refusal' = 'tokens';

  async refresh(refreshToken: string): Promise<Tokens> {
    this.sent.push(refreshToken);
    await setTimeout(20);
    if (this.answer === 'nothing') {
      throw new ProviderUnavailable('made up');
    }
    if (this.answer === 'refusal' || refreshToken !== this.#current) {
      throw new SignInFailed('invalid_grant');
    }
    this.#current = `refresh-${this.sent.length}`;
    return {
      accessToken: `access-${this.sent.length}`,
      accessExpiresAt: now + lifetimeMs,
      refreshToken: this.#current,
      scopes: [],
    };
  }
}

const begin = (refreshToken: string | null = 'refresh-0') =>
  sessions[0].begin({
    name: null,
    patronId: 'P0000002',
    providerSession: null,
    tokens: { accessToken: 'access-0', accessExpiresAt: now + lifetimeMs, refreshToken, scopes: [] },
  });

const keepers = (provider: Provider) =>
  sessions.map((of) => keepTokensFresh({ sessions: of, relyingParty: provider, now: () => now }));

/** Sends `count` requests in each of the two processes. Resolves to the access token of each request. */
async function askEverywhere(provider: Provider, id: string, count = 5): Promise<readonly (string | null)[]> {
  const session = await sessions[0].find(id);
  if (session === null) {
    throw new Error('there is no session');
  }
  const asked = keepers(provider).flatMap((fresh) => Array.from({ length: count }, () => fresh(id, session)));
  return (await Promise.all(asked)).map((found) => found?.tokens.accessToken ?? null);
}

test('a token that is good for the longest request is used as it is', async () => {
  const provider = new Provider();
  const id = await begin();
  now += lifetimeMs - 31_000;
  expect(new Set(await askEverywhere(provider, id))).toEqual(new Set(['access-0']));
  expect(provider.sent).toEqual([]);
});

test('one that ends is renewed once for all requests of all processes', async () => {
  const provider = new Provider();
  const id = await begin();
  for (const round of [1, 2, 3]) {
    now += lifetimeMs - 20_000;
    expect(new Set(await askEverywhere(provider, id))).toEqual(new Set([`access-${round}`]));
  }
  expect(provider.sent).toEqual(['refresh-0', 'refresh-1', 'refresh-2']);
});

test('where the provider has ended it, the session is over in all processes', async () => {
  const provider = new Provider();
  const id = await begin();
  now += lifetimeMs;
  provider.answer = 'refusal';
  expect(new Set(await askEverywhere(provider, id))).toEqual(new Set([null]));
  expect(await sessions[1].find(id)).toBeNull();
});

test('where the provider is away, the old token is used as long as it is good, and then there is none', async () => {
  const provider = new Provider();
  const id = await begin();
  provider.answer = 'nothing';
  now += lifetimeMs - 20_000;
  expect(await askEverywhere(provider, id, 1)).toEqual(['access-0', 'access-0']);
  now += 20_000;
  await expect(askEverywhere(provider, id, 1)).rejects.toBeInstanceOf(ProviderUnavailable);
  provider.answer = 'tokens';
  expect(await askEverywhere(provider, id, 1)).not.toContain('access-0');
});

test('where another process gets no answer, the old token is used as long as it is good', {
  timeout: 60_000,
}, async () => {
  const provider = new Provider();
  const id = await begin();
  now += lifetimeMs - 20_000;
  const held = (await sessions[1].lockRefresh(id)) ?? expect.fail('no lock');
  expect(await askEverywhere(provider, id, 1)).toEqual(['access-0', 'access-0']);
  expect(provider.sent).toEqual([]);
  await held[Symbol.asyncDispose]();
});

test('without a refresh token, the session is over with its access token', async () => {
  const provider = new Provider();
  const id = await begin(null);
  now += lifetimeMs - 10_000;
  expect(await askEverywhere(provider, id, 1)).toEqual(['access-0', 'access-0']);
  now += 10_000;
  expect(await askEverywhere(provider, id, 1)).toEqual([null, null]);
});

test('a sign-out during the renewal stays one', async () => {
  const provider = new Provider();
  const id = await begin();
  now += lifetimeMs;
  const asked = askEverywhere(provider, id, 1);
  while (provider.sent.length === 0) {
    await setTimeout(1);
  }
  await sessions[1].end(id);
  await asked;
  expect(await sessions[0].find(id)).toBeNull();
});

const tokensNamed = (accessToken: string): Tokens => ({
  accessToken,
  accessExpiresAt: now + lifetimeMs,
  refreshToken: 'refresh-later',
  scopes: [],
});

/**
 * The sessions of a process that another process overtakes. `act` happens after each read, and before each replacement.
 */
const overtakenBy = (act: () => Promise<unknown>): Sessions => {
  const [state] = states;
  const late: SealedState = {
    ...state,
    async find(kind, id) {
      const found = await state.find(kind, id);
      await act();
      return found;
    },
    async replace(item) {
      await act();
      return await state.replace(item);
    },
  };
  return createSessions(late, areas.reader, () => now);
};

test('a sign-out stays one when another request writes that the session was used', async () => {
  const id = await begin();
  now += 120_000;
  expect(await overtakenBy(() => sessions[1].end(id)).find(id)).not.toBeNull();
  expect(await sessions[0].find(id)).toBeNull();
});

test('and when another request writes the tokens that it has just got', async () => {
  const id = await begin();
  const session = (await sessions[0].find(id)) ?? expect.fail('no session');
  const late = overtakenBy(() => sessions[1].end(id));
  expect(await late.replaceTokens(id, session, tokensNamed('access-late'))).toBe(false);
  expect(await sessions[0].find(id)).toBeNull();
});

test('fresh tokens stay when another request, which has read the old ones, writes that the session was used', async () => {
  const id = await begin();
  const session = (await sessions[0].find(id)) ?? expect.fail('no session');
  now += 120_000;
  await overtakenBy(() => sessions[1].replaceTokens(id, session, tokensNamed('access-fresh'))).find(id);
  expect(await sessions[0].find(id)).toMatchObject({
    lastUsedAt: now,
    tokens: { accessToken: 'access-fresh' },
  });
});

test('a renewal is locked for as long as the provider may take, and its lock is taken away by nobody else', async () => {
  const id = await begin();
  const slow = (await sessions[0].lockRefresh(id)) ?? expect.fail('no lock');
  now += 2 * providerTimeoutMs;
  expect(await sessions[1].lockRefresh(id)).toBeNull();
  now += providerTimeoutMs;
  const next = (await sessions[1].lockRefresh(id)) ?? expect.fail('no lock');
  await slow[Symbol.asyncDispose]();
  expect(await sessions[0].lockRefresh(id)).toBeNull();
  await next[Symbol.asyncDispose]();
  expect(await sessions[0].lockRefresh(id)).not.toBeNull();
});

test('a session ends after its idle time, and after its whole time however much is asked', async () => {
  const { idleMs, totalMs } = areas.reader;
  const idle = await begin();
  now += idleMs - 1;
  expect(await sessions[1].find(idle)).not.toBeNull();
  now += idleMs;
  expect(await sessions[1].find(idle)).toBeNull();
  const busy = await begin();
  const end = now + totalMs;
  while (now + idleMs / 2 < end) {
    now += idleMs / 2;
    expect(await sessions[0].find(busy)).not.toBeNull();
  }
  now = end;
  expect(await sessions[0].find(busy)).toBeNull();
});

test('a lock that a process left behind while the clock was wrong holds nobody up', async () => {
  const id = await begin();
  now += 3_600_000;
  await sessions[0].lockRefresh(id);
  now -= 3_600_000;
  const lock = (await sessions[1].lockRefresh(id)) ?? expect.fail('no lock');
  expect(await sessions[0].lockRefresh(id)).toBeNull();
  await lock[Symbol.asyncDispose]();
});

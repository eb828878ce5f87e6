/** Screens of four clients over the running graph: over sockets that are cut, with tokens that expire. */
import { randomUUID } from 'node:crypto';
import { overFetch, overWebSocket } from '@patron-graph/kit';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTcpSwitch, type TcpSwitch } from '../../../support/servers/tcp-switch.ts';
import { openTablesOf } from '../../../system/journal-of.ts';
import { growOlder, type RunningSystem, startSystem } from '../../../system/running-system.ts';
import { openScreen, type Screen } from './screens.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const patronId = 'P0000002';
/** Nothing listens there. */
const nowhere = '127.0.0.1:1';
const claims = { subject: 'reader', patronId };
const closing = new AbortController();
let system: RunningSystem;
let network: TcpSwitch;
/** The reader's other device, which is not behind the network. */
let elsewhere: { readonly token: string };
/** The token of the screens. */
let token: string;
/** How often a stream asked for another token than the one that was refused. */
let renewals = 0;
let screens: Readonly<Record<string, Screen>>;

beforeAll(async () => {
  system = await startSystem(undefined, {}, { buildsIndex: true });
  network = await startTcpSwitch(new URL(system.url).host);
  elsewhere = { token: await system.token(claims) };
  token = elsewhere.token;
  const url = `http://${network.host}/graphql`;
  const caller = { url, token: () => token, signal: closing.signal };
  const renewed = ({ isTokenRefused }: { readonly isTokenRefused: boolean }) => {
    if (isTokenRefused) {
      renewals += 1;
      ({ token } = elsewhere);
    }
    return token;
  };
  const events = overFetch({ url, token: renewed });
  const socket = overWebSocket({
    url: url.replace('http', 'ws'),
    token: renewed,
    createClient,
    webSocketImpl: WebSocket,
  });
  screens = {
    apollo: openScreen.apollo({ ...caller, transport: events }),
    urql: openScreen.urql({ ...caller, transport: socket }),
    tanstack: openScreen.tanstack({ ...caller, transport: events }),
    relay: openScreen.relay({ ...caller, transport: socket }),
  };
});

afterAll(async () => {
  closing.abort();
  await Promise.all(Object.values(screens).map(({ followed }) => followed));
  await network[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const loans = ['L00000011', 'L00000012', 'L00000013', 'L00000014'];

async function renewElsewhere(): Promise<string> {
  const loanId = loans.shift() ?? expect.fail('no loan is left');
  growOlder(system, loanId);
  const input = { reference: randomUUID(), reader: { patronId }, loanId };
  const { operation } = await system.change<{ operation: { state: string } }>(
    'renewLoan',
    'operation { state }',
    input,
    elsewhere,
  );
  expect(operation.state).toBe('DONE');
  return loanId;
}

/** Waits until each screen shows that the loan was renewed, and expects that all show the same. */
async function untilAllShow(loanId: string): Promise<void> {
  const { me } = await system.read<{
    me: { loans: { edges: { node: { id: string; renewals: number } }[] } };
  }>('{ me { loans(first: 20) { edges { node { id renewals } } } } }', elsewhere);
  const loans = me.loans.edges.map(({ node }) => `${node.id}: ${node.renewals}`).join(', ');
  expect(loans).toContain(`${loanId}: 1`);
  const expected = Object.fromEntries(Object.keys(screens).map((name) => [name, loans]));
  const shown = () =>
    Object.fromEntries(Object.entries(screens).map(([name, screen]) => [name, screen.loans]));
  await vi.waitFor(() => expect(shown()).toEqual(expected), { timeout: 60_000, interval: 100 });
}

test('all screens show a renewal on another device', async () => {
  await vi.waitUntil(() => Object.values(screens).every((screen) => screen.loans !== null), {
    timeout: 30_000,
  });
  await untilAllShow(await renewElsewhere());
});

test('after a cut connection all screens show what was renewed meanwhile', async () => {
  network.leadTo(nowhere);
  const loanId = await renewElsewhere();
  network.leadTo(new URL(system.url).host);
  await untilAllShow(loanId);
});

test('with a token that expires each stream goes on with a new one', async () => {
  // The streams are opened again with a token of two seconds.
  token = await system.issuer.sign(claims, 2);
  network.leadTo(new URL(system.url).host);
  await vi.waitUntil(() => renewals >= 3, { timeout: 60_000 });
  await untilAllShow(await renewElsewhere());
});

test('when their cursor has expired all screens read again', async () => {
  network.leadTo(nowhere);
  const loanId = await renewElsewhere();
  const database = openTablesOf(system);
  database.exec(`
    BEGIN IMMEDIATE;
    DELETE FROM log_entries;
    UPDATE log_state SET removed_until = last_number;
    COMMIT;
  `);
  database.close();
  network.leadTo(new URL(system.url).host);
  await untilAllShow(loanId);
});

import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { beforeAll, expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { controlPayments } from '../../support/services/payment-system.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';
import type { Caller } from '../system-for-tests.ts';

/** A payment system that names the payments, cards and loans of other readers on a reader's charges. */

const opened = openedForTests(async () => {
  const resources = new AsyncDisposableStack();
  const simulators = resources.use(await startSimulators());
  const rps = simulators.all.get('rps')?.url ?? expect.fail();
  /** Changes an answer. */
  const wire = { rewrite: (answer: string): string => answer };
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const contentType = request.headers['content-type'] ?? '';
    const answer = await fetch(rps, { method: 'POST', headers: { 'content-type': contentType }, body });
    const type = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, { 'content-type': type }).end(wire.rewrite(await answer.text()));
  });
  const { origin } = resources.use(await listenOnLoopback(server));
  const system = resources.use(await startSystem(undefined, {}, { behindEnv: { RPS_URL: `${origin}/rps` } }));
  const control = (asked: object) => controlPayments(rps, asked);
  return { system, wire, control, [Symbol.asyncDispose]: () => resources.disposeAsync() };
});

const tokens = { lee: '', ho: '' };
const lee: Caller = {
  get token() {
    return tokens.lee;
  },
};
const ho: Caller = {
  get token() {
    return tokens.ho;
  },
};
beforeAll(async () => {
  tokens.lee = await opened.system.token({ patronId: 'P0000002' });
  tokens.ho = await opened.system.token({ patronId: 'P0000016' });
});

test("another reader's payment on a charge is shown nowhere", async () => {
  const { system, wire } = opened;
  const { payment } = await system.change<{ payment: { id: string } }>(
    'startPayment',
    'payment { id }',
    { patronId: 'P0000002', charges: ['G0000003'], method: 'FPS' },
    lee,
  );
  wire.rewrite = (answer) =>
    answer.includes('<t:PatronNo>P0000016</t:PatronNo>')
      ? answer.replaceAll('<t:OrderNo i:nil="true"/>', `<t:OrderNo>${payment.id}</t:OrderNo>`)
      : answer;
  const { me } = await system.read<{ me: { account: { charges: object[]; payments: object[] } } }>(
    '{ me { account { charges { id pendingPayment { id } } payments { id } } } }',
    ho,
  );
  expect(me.account).toEqual({
    charges: [
      { id: 'F0000001', pendingPayment: null },
      { id: 'G0000010', pendingPayment: null },
    ],
    payments: [],
  });
  expect(
    await system.change(
      'startPayment',
      'problems { reason } payment { id }',
      { patronId: 'P0000016', charges: ['F0000001'], method: 'FPS' },
      ho,
    ),
  ).toEqual({ problems: [{ reason: 'CHARGE_IN_PAYMENT' }], payment: null });
  wire.rewrite = (answer) => answer;
});

test("a charge on another reader's card shows neither the card nor what is on loan there", async () => {
  const { system, control } = opened;
  const loan = system.store.circ.loans.get('L00000001') ?? expect.fail();
  const raised = { patronNo: 'P0000002', purpose: 'Damage', description: 'x', cents: 500 };
  await control({ raise: { ...raised, cardNo: loan.cardNo, loanNo: loan.loanNo } });
  const { me } = await system.read<{ me: { account: { charges: { title: string | null }[] } } }>(
    '{ me { account { charges { loanId title credential { libraryCardNumber } } } } }',
    lee,
  );
  expect(me.account.charges).toContainEqual({ loanId: loan.loanNo, title: null, credential: null });
});

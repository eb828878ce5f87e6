import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createPatronRegistry } from '../../../../adapters/patrons/soap.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { ensureInCirculation } from '../../../../subgraphs/operations/card-change.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import {
  type Procedure,
  type ProcedureServices,
  resume,
  startProcedure,
} from '../../../../subgraphs/operations/procedure.ts';
import type { CirculationServices } from '../../../../subgraphs/operations/send-once.ts';
import { reader, seedDay, staff } from '../../../support/callers.ts';
import { type LendingFixture, openLendingFixture, patronId } from '../../../support/lending-fixture.ts';
import { clientOf } from '../../adapters/soap/prs-client.ts';
import { type RawServer, reply, startRawServer } from '../../adapters/soap/raw-server.ts';

const never = new AbortController().signal;
/** A character that XML can't contain. */
const unsayable = '\u0000';

let world: LendingFixture;
let server: RawServer;
beforeEach(async () => {
  world = await openLendingFixture(5);
  server = await startRawServer((response) => reply(response, '<never/>'));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const text = z.object({ text: z.string() });
type Text = z.infer<typeof text>;

function procedure(steps: {
  readonly prepare?: (text: string) => Promise<unknown>;
  readonly carryOut?: (text: string) => Promise<unknown>;
}): Procedure<ProcedureServices, Text, Text> {
  return {
    kind: 'SAY',
    input: text,
    plan: text,
    async prepare(_task, input) {
      await steps.prepare?.(input.text);
      return input;
    },
    async carryOut(_task, plan) {
      await steps.carryOut?.(plan.text);
      return null;
    },
  };
}

const refused = {
  state: 'REFUSED',
  result: { problems: [{ code: 'INVALID', message: expect.not.stringContaining(unsayable), field: null }] },
};
const book = (): ProcedureServices => ({
  journal: world.journal,
  changes: world.changes,
  fingerprintKey: new Uint8Array(32),
});

test('a procedure whose reads can never be encoded is refused at once, and nothing is sent', async () => {
  await using client = clientOf(server.url);
  const say = procedure({ prepare: (said) => client.call('GetPatrons', { PATRON_NO: [said] }, never) });
  const operation = await startProcedure(book(), say, staff, 'r', { text: unsayable }, never);
  expect(operation).toMatchObject(refused);
  expect(await world.journal.takeDue(100, 0)).toEqual([]);
  expect(server.requests).toEqual([]);
});

test('a procedure whose changes can never be encoded is refused too, whoever continues it', async () => {
  await using client = clientOf(server.url);
  const say = procedure({
    carryOut: (said) =>
      client.change(
        'RegisterPatron',
        { DETAILS: { ENG_NAME: said, DOB: '20000101', ADDR_LINE: [], ADDR_PROOF: 'N' } },
        () => null,
        never,
      ),
  });
  const dies = procedure({
    carryOut: () => Promise.reject(new UpstreamError('circulation', 'timeout', 'x')),
  });
  const { id } = await startProcedure(book(), dies, staff, 'r', { text: unsayable }, never);
  const operation = await world.journal.findById(id);
  expect(operation).toMatchObject({ state: 'UNSETTLED' });
  if (operation === null) {
    throw new Error('it is gone');
  }
  expect(await resume(book(), say)({ operation, now: new Date(), observedMs: 0 }, never)).toBeNull();
  expect(await world.journal.findById(id)).toMatchObject(refused);
});

test('a card change that can never be encoded ends the procedure, and is not tried again', async () => {
  let tries = 0;
  const services: CirculationServices & ProcedureServices = {
    ...book(),
    circulation: {
      ...world.circulation,
      blockCard() {
        tries += 1;
        return Promise.reject(new UpstreamError('circulation', 'unencodable', 'BlockCard'));
      },
    },
    times: changeTimes,
    monotonic: world.now,
    log: { warn: () => undefined, error: () => undefined },
  };
  const block: Procedure<CirculationServices & ProcedureServices, Text, Text> = {
    ...procedure({}),
    prepare: async (_task, input) => input,
    carryOut: async (task) =>
      ensureInCirculation(task.services, task.operation, 'BLOCK_CARD', '21852000000017'),
  };
  expect(await startProcedure(services, block, staff, 'r', { text: 'x' }, never)).toMatchObject(refused);
  expect(tries).toBe(1);
});

test('reading with what can never be encoded is an UpstreamError, as every port promises', async () => {
  await using client = clientOf(server.url);
  const error = await client
    .call('GetPatrons', { PATRON_NO: [unsayable] }, never)
    .catch((one: unknown) => one);
  expect(error).toBeInstanceOf(UpstreamError);
  expect(error).toMatchObject({ reason: 'unencodable', message: expect.not.stringContaining(unsayable) });
  await using registry = createPatronRegistry({ url: server.url });
  await expect(
    registry.register(
      {
        englishName: unsayable,
        chineseName: null,
        identityNumber: 'A123456(3)',
        birthCertificateNumber: null,
        dateOfBirth: '2000-01-01',
        addressLines: [],
        addressProven: false,
        telephone: null,
        email: null,
        guarantor: null,
      },
      never,
    ),
  ).resolves.toEqual({ refused: 'INVALID' });
});

const second = seedDay.getTime() / 1000;

test.each([
  ['ended before the decision', { signedInAt: second - 60, signInId: `thief ${second - 60}` }, 'REFUSED'],
  ['ended in its own second', { signedInAt: second, signInId: `thief ${second}` }, 'REFUSED'],
  ['began after the end', { signedInAt: second + 1, signInId: null }, 'DONE'],
  ['made the change that ended the others', { signedInAt: second - 60, signInId: 'owner' }, 'DONE'],
  ['has no known time', { signedInAt: null, signInId: null }, 'DONE'],
] as const)('a patron’s change by a sign-in that %s: %s %s', async (_, { signedInAt, signInId }, state) => {
  const { changes } = world;
  const by = { operationId: 'y'.repeat(22), subject: 'u', clientId: null, role: 'PATRON' as const };
  // The end is recorded while the operation waits for its locks.
  const prepare = () =>
    changes.recordChanges([{ ...by, patronId, field: 'credential.pin', signInId: 'owner' }]);
  let carriedOut = 0;
  const carryOut = async () => {
    carriedOut += 1;
  };
  const caller = { ...reader(patronId), signedInAt, signInId };
  const operation = await startProcedure(
    book(),
    procedure({ prepare, carryOut }),
    caller,
    'r',
    { text: 'x' },
    never,
  );
  expect([operation.state, carriedOut]).toEqual([state, state === 'DONE' ? 1 : 0]);
});

test('a change by staff is made whatever became of the patron’s sign-ins', async () => {
  const by = { operationId: 'y'.repeat(22), subject: 'u', clientId: null, role: 'STAFF' as const };
  await world.changes.recordChanges([{ ...by, patronId, field: 'credential.status', signInId: null }]);
  const caller = { ...staff, signedInAt: second - 60 };
  expect(await startProcedure(book(), procedure({}), caller, 'r', { text: 'x' }, never)).toMatchObject({
    state: 'DONE',
  });
});

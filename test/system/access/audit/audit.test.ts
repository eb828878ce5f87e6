import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditedReading } from '../../../../store/journal/port.ts';
import { codesIn } from '../../../support/graph/ask-graph.ts';
import { openPorts } from '../../../support/ports.ts';
import { auditFileOf, readingsIn } from '../../../support/services/audit-entries.ts';
import { openedForEachTest } from '../../../support/set-up/opened-for-tests.ts';
import { openTablesOf } from '../../journal-of.ts';
import { rootField, startSystem } from '../../running-system.ts';

const system = openedForEachTest(() => startSystem(undefined, {}, { showsWholeGraph: true }));
let staff: string;
beforeEach(async () => {
  const scope = 'patrons:read identity:read';
  staff = await system.token({ subject: 'staff-7', clientId: 'counter', scope });
});

/** The audit records of identities, oldest first. `access-log.test.ts` has those of the whole record. */
const readings = (
  columns: readonly (keyof AuditedReading)[] = ['subject', 'clientId', 'what', 'patronId'],
): unknown[] =>
  readingsIn(auditFileOf(system))
    .filter(({ what }) => what !== 'RECORD')
    .map((reading) => columns.map((column) => reading[column]));

const number = 'query ($id: ID!) { patron(id: $id) { status identity { masked number } } }';
const byIdentity = `query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }`;

const application = `{ application(id: "A0000001") {
  applicant { identityNumber birthCertificateNumber } patron { identity { number } }
} }`;

describe('R27: an audit record is written before the answer is sent', () => {
  test('for a whole identity number', async () => {
    const { body } = await system.ask(number, { token: staff, variables: { id: 'P0000003' } });
    expect(body).toEqual({
      data: { patron: { status: 'ACTIVE', identity: { masked: 'C24****(*)', number: 'C246801(6)' } } },
    });
    expect(readings()).toEqual([['staff-7', 'counter', 'IDENTITY_NUMBER', 'P0000003']]);
  });

  test('for each number of a patron who has two documents', async () => {
    const added = { HKID: 'Z683365(A)', BIRTH_CERTIFICATE: 'S1234567' };
    await using ports = await openPorts(system.legacy, {});
    await ports.patrons.addIdentityNumber('P0000005', added.HKID, AbortSignal.timeout(5_000));
    const query = '{ patron(id: "P0000005") { identityDocuments { kind masked number } } }';
    const { body } = await system.ask(query, { token: staff });
    expect(body).toEqual({
      data: {
        patron: {
          identityDocuments: [
            { kind: 'HKID', masked: 'Z68****(*)', number: added.HKID },
            { kind: 'BIRTH_CERTIFICATE', masked: 'S12*****', number: added.BIRTH_CERTIFICATE },
          ],
        },
      },
    });
    const reading = ['staff-7', 'counter', 'IDENTITY_NUMBER', 'P0000005'];
    expect(readings()).toEqual([reading, reading]);
  });

  test('for a search by document, whether it finds a patron or not', async () => {
    for (const written of ['C246801(6)', 'G123456(A)']) {
      const { body } = await system.ask(byIdentity, { token: staff, variables: { number: written } });
      expect(body.errors).toBeUndefined();
    }
    expect(readings()).toEqual([
      ['staff-7', 'counter', 'PATRON_BY_IDENTITY', 'P0000003'],
      ['staff-7', 'counter', 'PATRON_BY_IDENTITY', null],
    ]);
  });

  test('for each number on a page of patrons', async () => {
    const query = '{ patrons(first: 100) { totalCount edges { node { id identity { number } } } } }';
    const { body } = await system.ask(query, { token: staff });
    expect(body.errors).toBeUndefined();
    const { totalCount } = rootField<{ totalCount: number }>(body, 'patrons');
    expect(readings()).toHaveLength(totalCount);
  });

  test('for the numbers in an application, and for those of its patron', async () => {
    const token = await system.token({ subject: 'staff-8', scope: 'applications:decide identity:read' });
    const { body } = await system.ask(application, { token });
    expect(body).toEqual({
      data: {
        application: {
          applicant: { identityNumber: 'D135790(6)', birthCertificateNumber: null },
          patron: { identity: { number: 'D135790(6)' } },
        },
      },
    });
    const written = new Set(readings(['subject', 'patronId', 'applicationId']).map(String));
    expect(written).toEqual(new Set(['staff-8,P0000004,A0000001', 'staff-8,P0000004,']));
  });

  test('but not for a masked number', async () => {
    const query = '{ patron(id: "P0000003") { identity { masked } } }';
    expect((await system.ask(query, { token: staff })).body.errors).toBeUndefined();
    expect(readings()).toEqual([]);
  });

  test("but not when the number is refused, even the patron's own", async () => {
    const clerk = await system.token({ subject: 'clerk', scope: 'patrons:read' });
    const reader = await system.token({ subject: 'reader', patronId: 'P0000003' });
    const decider = await system.token({ subject: 'decider', scope: 'applications:decide patrons:read' });
    const applicant = await system.token({ subject: 'applicant', patronId: 'P0000004' });
    for (const token of [decider, applicant]) {
      const { body } = await system.ask(application, { token });
      expect(new Set(codesIn(body))).toEqual(new Set(['FORBIDDEN']));
      expect(JSON.stringify(body)).not.toContain('D135790');
    }
    for (const token of [clerk, reader]) {
      const { body } = await system.ask(number, { token, variables: { id: 'P0000003' } });
      expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(JSON.stringify(body)).not.toContain('C246801');
      const found = await system.ask(byIdentity, { token, variables: { number: 'C246801(6)' } });
      expect(found.body).toMatchObject({
        data: { patronByIdentity: null },
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    }
    expect(readings()).toEqual([]);
  });
});

test('R27: without the journal staff are told nothing of a record, and its patron everything', async () => {
  using journal = openTablesOf(system);
  journal.exec(
    "create trigger full before insert on readings begin select raise(abort, 'the disk is full'); end",
  );
  const read = await system.ask(number, { token: staff, variables: { id: 'P0000003' } });
  expect(read.body).toMatchObject({
    data: { patron: { status: null, identity: null } },
    errors: [
      { path: ['patron', 'status'], extensions: { code: 'JOURNAL_UNAVAILABLE' } },
      { path: ['patron', 'identity'], extensions: { code: 'JOURNAL_UNAVAILABLE' } },
    ],
  });
  const reader = await system.token({ subject: 'reader', patronId: 'P0000003' });
  const own = await system.ask('{ me { status identity { masked } } }', { token: reader });
  expect(own.body).toEqual({ data: { me: { status: 'ACTIVE', identity: { masked: 'C24****(*)' } } } });
  const found = await system.ask(byIdentity, { token: staff, variables: { number: 'C246801(6)' } });
  expect(found.body).toMatchObject({
    data: { patronByIdentity: null },
    errors: [{ extensions: { code: 'JOURNAL_UNAVAILABLE' } }],
  });
  const token = await system.token({ subject: 'staff-8', scope: 'applications:decide identity:read' });
  const compared = await system.ask(application, { token });
  expect(compared.body.data?.application).toEqual({ applicant: null, patron: { identity: null } });
  expect(compared.body.errors).toHaveLength(2);
  expect(readings()).toEqual([]);
});

test('R27: audit records can be neither changed nor removed', async () => {
  await system.ask(number, { token: staff, variables: { id: 'P0000003' } });
  using journal = openTablesOf(system);
  for (const sql of ["update readings set reader = 'nobody'", 'delete from readings']) {
    expect(() => journal.exec(sql)).toThrow(/readings are never/);
  }
  expect(readings()).toHaveLength(1);
});

/** A reference belongs to its caller. Two callers with the same reference learn nothing about each other. */
import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { preparedFirst } from '../../../../subgraphs/operations/change-times.ts';
import { beginOperation, findOperation } from '../../../../subgraphs/operations/ledger.ts';
import type { Caller } from '../../../../subgraphs/runtime/caller.ts';
import { staff } from '../../../support/callers.ts';
import { secret } from '../../../support/journal-secret.ts';
import { mutationOf } from '../../../support/mutation.ts';
import { formOf, libraryForTests } from '../library.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests();

const form = () => formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD']);

describe('R7: two anonymous callers with the same reference', () => {
  test('have an application and a receipt each, and neither sees the other’s', async () => {
    const [one, other] = [form(), form()];
    const before = (await library.waitingApplications()).length;
    const first = await library.overInternet({ reference: '1', ...one });
    const second = await library.overInternet({ reference: '1', ...other });
    expect(second.receipt).not.toBe(first.receipt);
    expect(await library.waitingApplications()).toHaveLength(before + 2);
    for (const { receipt } of [first, second]) {
      expect(await library.progressOf(receipt)).toMatchObject({ status: 'RECEIVED' });
    }
    // When the applications are sent again, their input shows which application is meant.
    expect(await library.overInternet({ reference: '1', ...one })).toEqual(first);
    expect(await library.overInternet({ reference: '1', ...other })).toEqual(second);
    expect(await library.waitingApplications()).toHaveLength(before + 2);
  });

  test('find their application only by the receipt', async () => {
    await library.overInternet({ reference: 'no way back', ...form() });
    const query = '{ operation(reference: "no way back") { state } }';
    const { body } = await library.system.ask(query);
    expect(body.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(await library.read(query)).toEqual({ operation: null });
  });
});

/** Signs a token of the same issuer, but without a subject. */
async function withoutSubject(claims: Readonly<Record<string, string>>): Promise<string> {
  const { issuer, dataDir } = library.system;
  const [audience = ''] = issuer.entry.audiences;
  const key = JSON.parse(await readFile(path(dataDir, 'development-issuer.jwk.json'), 'utf8'));
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(issuer.entry.issuer)
    .setAudience(audience)
    .setExpirationTime('600s')
    .sign(await importJWK(key, 'ES256'));
}

describe('a signed-in caller without a `sub`', () => {
  test('can neither begin nor look up an operation, because all such callers would share their references', async () => {
    const scope = 'circulation:write credentials:write applications:decide patrons:write station';
    for (const token of [
      await withoutSubject({ scope }),
      await withoutSubject({ scope, client_id: 'terminals' }),
    ]) {
      library.resetCalls();
      for (const [name, input] of [
        ['checkIn', { itemNumber: '31852000000114' }],
        ['submitApplication', form()],
        ['setPin', { libraryCardNumber: '21852000000033', newPin: '2583' }],
      ] as const) {
        const { body } = await library.send(name, input, token);
        expect(body).toMatchObject({
          data: { [name]: null },
          errors: [{ extensions: { code: 'FORBIDDEN' } }],
        });
      }
      const { body } = await library.system.ask('{ operation(reference: "1") { state } }', { token });
      expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(library.callsOf('circ', 'cms')).toEqual([]);
    }
  });

  test('R27: reads no record and no identity, because nobody could say who read it', async () => {
    const scope = 'patrons:read identity:read applications:decide';
    const token = await withoutSubject({ scope, client_id: 'desk' });
    const { body } = await library.system.ask(
      `{ patron(id: "P0000001") { identity { number } }
        patronByIdentity(document: { kind: HKID, number: "A123456(3)" }) { id }
        application(id: "A0000001") { applicant { identityNumber } } }`,
      { token },
    );
    expect(body.data).toEqual({
      patron: { identity: null },
      patronByIdentity: null,
      application: { applicant: null },
    });
    const codes = body.errors?.map(({ extensions }) => extensions.code);
    expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });

  test('R28: can be a partner, because nothing is stored under a partner’s subject', async () => {
    const token = await withoutSubject({ scope: 'partner:verify', client_id: 'ebooks' });
    const variables = { input: { libraryCardNumber: '21852000000058', pin: '1234' } };
    const { body } = await library.system.ask(mutationOf('verifyPatron', 'verified'), { token, variables });
    expect(body).toEqual({ data: { verifyPatron: { verified: true } } });
  });
});

test('equal subjects of two issuers are different callers', async () => {
  await using journal = await openSqliteJournal({
    secret,
    path: path(library.system.dataDir, 'issuers.sqlite'),
  });
  const book = { journal, fingerprintKey: new Uint8Array(32) };
  const caller = (issuer: string, subject: string): Caller => ({ ...staff, issuer, subject });
  const callers = [
    caller('https://one.example', 'u'),
    caller('https://two.example', 'u'),
    caller('https://one.example', 'u '),
    caller('https://one.example', '","'),
    caller('https://one.example","', 'u'),
    caller('https://one.example', 'u'.repeat(500)),
    caller('https://two.example', 'u'.repeat(500)),
    caller('https://one.example', 'u\0'),
    caller('https://one.example', 'u\ud800'),
  ];
  const requested = {
    kind: 'TEST',
    input: { reference: '1' },
    patronId: null,
    ...preparedFirst,
  };
  const ids = new Set<string>();
  for (const one of callers) {
    const { operation, isNew } = await beginOperation(book, one, requested);
    expect(isNew).toBe(true);
    expect(await findOperation(book, one, '1')).toEqual(operation);
    ids.add(operation.id);
  }
  expect(ids.size).toBe(callers.length);
});

import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../../adapters/patrons/fault-codes.ts';
import type { PatronAmendment, PatronRegistry } from '../../../../adapters/patrons/port.ts';
import { recordVersion } from '../../../../adapters/patrons/record-version.ts';
import type { UpstreamReason } from '../../../../adapters/soap/port.ts';
import type { PrsCode } from '../../../../simulators/prs/registry.ts';
import { anySignal, expectUpstream } from '../../../contract/port-under-test.ts';
import { type Answering, reply, startRawServer } from '../soap/raw-server.ts';
import { fault, message, open, page, record, values } from './prs-replies.ts';

describe('amendContact', () => {
  const answering =
    (read: string, amend: Answering): Answering =>
    (response, request, count) =>
      String(request.headers.soapaction).includes('GetPatrons')
        ? reply(response, read)
        : amend(response, request, count);
  const amend = (registry: PatronRegistry, signal = anySignal()) =>
    registry.amendContact(
      'P0000019',
      recordVersion('P0000019', '20261125013000'),
      { telephone: '0012' },
      signal,
    );
  const found = message('GetPatrons', record('P0000019'));

  test.each<[string, UpstreamReason, Answering]>([
    ['a read that fails', 'invalid-response', (response) => reply(response, page, 'text/html')],
    [
      'a patron that was not requested',
      'invalid-response',
      answering(message('GetPatrons', record('P0000018')), () => {}),
    ],
    [
      'another patron in the reply',
      'outcome-unknown',
      answering(found, (response) => reply(response, message('AmendPatron', record('P0000018')))),
    ],
    ['no answer', 'outcome-unknown', answering(found, (response) => response.destroy())],
    [
      'a refusal that this change does not have',
      'rejected',
      answering(found, (response) => reply(response, fault('PRS-409', 'Client'), 'text/xml', 500)),
    ],
  ])('%s: %s', async (_what, reason, answer) => {
    await using server = await startRawServer(answer);
    await using registry = open(server.url);
    await expectUpstream(amend(registry), reason, [...values, '0012']);
  });

  test('sends the whole record back, including empty fields and both documents', async () => {
    const details =
      '<ENG_NAME>FOK, MAN</ENG_NAME><CHI_NAME>霍&amp;𨱏</CHI_NAME><HKID>Z683365(A)</HKID><BIRTH_CERT_NO>S0</BIRTH_CERT_NO>' +
      '<DOB>19900101</DOB><ADDR_LINE>07</ADDR_LINE><ADDR_LINE/><ADDR_PROOF>N</ADDR_PROOF>';
    const rest = '<EMAIL>e</EMAIL><GUARANTOR_NAME>G</GUARANTOR_NAME><GUARANTOR_TEL>00</GUARANTOR_TEL>';
    const whole = record('P0000019')
      .replace(/<DETAILS>.*<.DETAILS>/, `<DETAILS>${details}<TEL>1</TEL>${rest}</DETAILS>`)
      .replace('<STATUS>A', '<STATUS>S');
    await using server = await startRawServer(
      answering(message('GetPatrons', whole), (response) => reply(response, message('AmendPatron', whole))),
    );
    await using registry = open(server.url);
    await expect(amend(registry)).resolves.toHaveProperty('patron');
    const sent = server.requests[1]?.body ?? '';
    expect(sent.replaceAll('<ADDR_LINE></ADDR_LINE>', '<ADDR_LINE/>')).toContain(
      `<PATRON_NO>P0000019</PATRON_NO><LAST_UPD>20261125013000</LAST_UPD><DETAILS>${details}<TEL>0012</TEL>${rest}</DETAILS>` +
        '<STATUS>S</STATUS>',
    );
  });

  test('ends at one deadline, including its read', async () => {
    // The read takes 1.2 s of the 2 s. If the change had a deadline of its own, it would end only at 3.2 s.
    await using server = await startRawServer((response, { headers }) => {
      if (String(headers.soapaction).includes('GetPatrons')) {
        setTimeout(() => reply(response, found), 1_200);
      }
    });
    await using registry = open(server.url, { deadlineMs: 2_000 });
    const begun = performance.now();
    await expectUpstream(amend(registry), 'outcome-unknown');
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  test('is not sent if the record has another version', async () => {
    await using server = await startRawServer(answering(found, () => {}));
    await using registry = open(server.url);
    const outcome = await registry.amendContact(
      'P0000019',
      recordVersion('P0000019', '20261125013001'),
      {},
      anySignal(),
    );
    expect(outcome).toEqual({ refused: 'VERSION_CONFLICT' });
    expect(server.requests).toHaveLength(1);
  });
});

type OutcomeOfCode =
  | { readonly refused: Extract<PatronAmendment, { refused: string }>['refused'] }
  | { readonly rejects: UpstreamReason };
const outcomes: Readonly<Record<PrsCode, OutcomeOfCode>> = {
  'PRS-001': { refused: 'INVALID' },
  'PRS-404': { refused: 'NOT_FOUND' },
  'PRS-409': { refused: 'ALREADY_REGISTERED' },
  'PRS-412': { refused: 'VERSION_CONFLICT' },
  'PRS-503': { rejects: 'busy' },
  'PRS-900': { rejects: 'outcome-unknown' },
};
// If a code of the adapter has no outcome here, `tsc` reports it.
outcomes satisfies Record<FaultCode, OutcomeOfCode>;

test.each(Object.entries(outcomes))('amendPatron: the outcome of %s is %o', async (code, outcome) => {
  await using server = await startRawServer((response, { headers }) =>
    String(headers.soapaction).includes('GetPatrons')
      ? reply(response, message('GetPatrons', record('P0000019')))
      : reply(response, fault(code), 'text/xml', 500),
  );
  await using registry = open(server.url);
  const version = recordVersion('P0000019', '20261125013000');
  const amend = registry.amendPatron('P0000019', version, { status: 'SUSPENDED' }, anySignal());
  await ('rejects' in outcome
    ? expectUpstream(amend, outcome.rejects, values)
    : expect(amend).resolves.toEqual(outcome));
});

import { describe, expect, test } from 'vitest';
import { createCardManagement } from '../../../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../../../adapters/patrons/soap.ts';
import { DEFAULT_CREDENTIALS } from '../../../../simulators/index.ts';
import { anySignal, expectUpstream } from '../../../contract/port-under-test.ts';
import { envelope11, envelope12, reply, startRawServer } from './raw-server.ts';

/*
 * Faults with a detail that the contract doesn't allow. PHP's SoapServer sends such faults. They count as faults with
 * any HTTP status. Without a valid detail, nobody knows whether a change was made.
 */

const limits = { deadlineMs: 5_000, retryDelayMs: 5 };
const number = '21852000000017';

const prsFault = (side: string) =>
  envelope11(
    `<soap:Fault><faultcode>soap:${side}</faultcode><faultstring>SECRET</faultstring><detail>` +
      '<p:PRSFault xmlns:p="urn:library:prs:2004"/></detail></soap:Fault>',
  );
const cmsFault = (side: string) =>
  envelope12(
    `<soap:Fault><soap:Code><soap:Value>soap:${side}</soap:Value></soap:Code><soap:Reason>` +
      '<soap:Text xml:lang="en">SECRET</soap:Text></soap:Reason><soap:Detail>' +
      '<cmsFault xmlns="http://cms.library.example/2009/cards"/></soap:Detail></soap:Fault>',
  );

describe.each([
  ['Client', 'Sender'],
  ['Server', 'Receiver'],
])('a garbled fault of the %s', (side11, side12) => {
  test.each([200, 400, 500])(
    'with HTTP %i rejects a read, and leaves the outcome of a change unknown',
    async (status) => {
      await using prs = await startRawServer((response) =>
        reply(response, prsFault(side11), 'text/xml', status),
      );
      await using registry = createPatronRegistry({ url: prs.url, limits });
      await expectUpstream(registry.findMany(['P0000001'], anySignal()), 'rejected', ['SECRET', 'P0000001']);
      const registration = registry.register(
        {
          englishName: 'FOK, MAN',
          chineseName: null,
          identityNumber: 'Z683365(A)',
          birthCertificateNumber: null,
          dateOfBirth: '1990-01-01',
          addressLines: [],
          addressProven: true,
          telephone: null,
          email: null,
          guarantor: null,
        },
        anySignal(),
      );
      await expectUpstream(registration, 'outcome-unknown', ['SECRET', 'FOK', 'Z683365']);
      await using cms = await startRawServer((response) =>
        reply(response, cmsFault(side12), 'application/soap+xml', status),
      );
      await using cards = createCardManagement({ url: cms.url, ...DEFAULT_CREDENTIALS.cms, limits });
      await expectUpstream(cards.cardsByNumber([number], anySignal()), 'rejected', ['SECRET', number]);
      const closing = cards.closeCard('ref-9', number, 'CLOSED', anySignal());
      await expectUpstream(closing, 'outcome-unknown', ['SECRET', number, 'ref-9']);
      expect([prs.requests.length, cms.requests.length]).toEqual([2, 2]);
    },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readXml } from '../../../simulators/soap/xml.ts';
import {
  damaged,
  document,
  isForbiddenBySoap,
  isOfOtherCharset,
  isWellFormed,
} from '../../unit/adapters/soap/codec/random-documents.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));

/**
 * Whether a namespace begins or ends with white space. The simulators and libxml2 may disagree about such documents, so
 * these are not compared.
 */
const hasSpaceInNamespace = (xml: string): boolean =>
  /xmlns(?::[^=]*)?\s*=\s*(["'])(?:\s|[^"']*\s\1|&#10;)/.test(xml);

test.each([
  ['random documents', document],
  ['random documents with one place damaged', damaged],
])(
  `the simulators read what libxml2 reads, and refuse what it refuses (SEED=${seed}): %s`,
  (_what, documents) => {
    fc.assert(
      fc.property(documents, (xml) => {
        // Requests are UTF-8, which can't contain half of a surrogate pair.
        const isOther = isOfOtherCharset(xml) || !xml.isWellFormed() || hasSpaceInNamespace(xml);
        // `refusals.test.ts` tests the documents that SOAP forbids.
        if (!isOther && !isForbiddenBySoap(xml)) {
          const isRead = readXml(xml).problem === null;
          expect(isRead, xml).toBe(isWellFormed(xml) ?? isRead);
        }
      }),
      { seed, numRuns: 3_000 },
    );
  },
);

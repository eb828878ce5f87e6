import { describe, expect, test } from 'vitest';
import { InvalidXml } from '../../../../../adapters/soap/codec/read-xml.ts';
import { envelope11, envelope12 } from '../raw-server.ts';
import { contracts, readAnswer } from '../tables.ts';

const cmsSpace = contracts.cms.namespace;

const patron = (
  parts: { no?: string; name?: string; details?: string; status?: string; after?: string } = {},
): string =>
  envelope11(
    '<p:GetPatronsResponse xmlns:p="urn:library:prs:2004"><PATRON>' +
      `<PATRON_NO>${parts.no ?? 'P0000001'}</PATRON_NO><DETAILS>${parts.name ?? '<ENG_NAME>CHAN</ENG_NAME>'}` +
      `${parts.details ?? '<DOB>19700203</DOB><ADDR_PROOF>Y</ADDR_PROOF>'}</DETAILS>` +
      `<STATUS>${parts.status ?? 'A'}</STATUS><REG_DATE>20100401</REG_DATE><LAST_UPD>20250101090000</LAST_UPD>` +
      `${parts.after ?? ''}</PATRON></p:GetPatronsResponse>`,
  );
const readPatron = (parts: Parameters<typeof patron>[0]) => readAnswer('prs', 'GetPatrons', patron(parts));

const cardWith = (attributes: string, closedOn: string, hkid = '<hkid xsi:nil="1"/>'): string =>
  envelope12(
    `<GetCardsByPatronResponse xmlns="${cmsSpace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
      `<card ${attributes}><cardNo>00852000000017</cardNo><patronNo>P0000001</patronNo>` +
      `<issuedOn>02/05/2012</issuedOn>${closedOn}${hkid}<dateOfIssue xsi:nil="true"/>` +
      '<onReplacement xsi:nil="true"/><infoCardPrintedOn xsi:nil="true"/></card></GetCardsByPatronResponse>',
  );
const readCard = (attributes: string, closedOn: string, hkid?: string) =>
  readAnswer('cms', 'GetCardsByPatron', cardWith(attributes, closedOn, hkid));

describe('a reply is decoded', () => {
  test('with absent and empty elements distinguished, repeated ones as arrays, and text unchanged', () => {
    const details =
      '<DOB>19700203</DOB><ADDR_LINE/><ADDR_LINE> 1 </ADDR_LINE><ADDR_PROOF>N</ADDR_PROOF><TEL></TEL>';
    const name = '<ENG_NAME> A&amp;<![CDATA[<b>]]><!-- no part of it -->C&#13;</ENG_NAME>';
    expect(readPatron({ details, name })).toEqual({
      kind: 'reply',
      reply: {
        PATRON: [
          {
            PATRON_NO: 'P0000001',
            DETAILS: {
              ENG_NAME: ' A&<b>C\r',
              DOB: '19700203',
              ADDR_LINE: ['', ' 1 '],
              ADDR_PROOF: 'N',
              TEL: '',
            },
            STATUS: 'A',
            REG_DATE: '20100401',
            LAST_UPD: '20250101090000',
          },
        ],
      },
    });
  });

  test('with attributes, nil as null, and leading zeros kept', () => {
    expect(
      readCard('type="LC" status="ACT"', '<closedOn xsi:nil="true"></closedOn>', '<hkid></hkid>'),
    ).toMatchObject({
      reply: { card: [{ type: 'LC', status: 'ACT', cardNo: '00852000000017', closedOn: null, hkid: '' }] },
    });
  });

  test('with every digit of a long, and an absent repeated element as an empty array', () => {
    const event =
      '<Event><Seq>+9007199254740993</Seq><At>20261101000000</At><Kind>OUT</Kind><CardNo/><ItemNo/><LoanNo/><Ref/></Event>';
    const events = (inside: string) =>
      envelope11(
        `<ListEventsResponse xmlns="urn:library:circ:v3"><RC> 0 </RC><MSG/>${inside}</ListEventsResponse>`,
      );
    expect(readAnswer('circ', 'ListEvents', events(event))).toMatchObject({
      reply: { RC: 0, Event: [{ Seq: 9_007_199_254_740_993n }] },
    });
    expect(readAnswer('circ', 'ListEvents', events(''))).toMatchObject({ reply: { Event: [] } });
  });

  test('with a dateTime unchanged, and booleans in both spellings', () => {
    const verify = (verified: string, until: string) =>
      envelope12(
        `<VerifyPinResponse xmlns="${cmsSpace}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">` +
          `<verified>${verified}</verified>${until}</VerifyPinResponse>`,
      );
    expect(
      readAnswer('cms', 'VerifyPin', verify('1', '<lockedUntil>2026-11-25T10:00:00.5+08:00</lockedUntil>')),
    ).toEqual({
      kind: 'reply',
      reply: { verified: true, lockedUntil: '2026-11-25T10:00:00.5+08:00' },
    });
    expect(() => readAnswer('cms', 'VerifyPin', verify('yes', '<lockedUntil i:nil="true"/>'))).toThrow(
      'not a boolean',
    );
    expect(() =>
      readAnswer('cms', 'VerifyPin', verify('0', '<lockedUntil>2026-02-30T00:00:00Z</lockedUntil>')),
    ).toThrow('VerifyPinResponse/lockedUntil: not a dateTime');
  });
});

describe('what differs from the contract is rejected with its path and without its value', () => {
  const secret = 'A123456(3)';
  const where = 'Envelope/Body/GetPatronsResponse/PATRON[1]';
  test.each<[string, Parameters<typeof patron>[0], string]>([
    ['a pattern', { no: secret }, `${where}/PATRON_NO: not a PatronNo`],
    ['an enumeration', { status: secret }, `${where}/STATUS: not a PatronStatus`],
    ['a missing element', { name: '' }, `${where}/DETAILS: ENG_NAME is missing`],
    ['a missing last element', { details: '<DOB>19700203</DOB>' }, `${where}/DETAILS: ADDR_PROOF is missing`],
    [
      'the wrong order of elements',
      { name: '', details: '<DOB>19700203</DOB><ENG_NAME/>' },
      `${where}/DETAILS: ENG_NAME is missing`,
    ],
    ['a single element twice', { name: '<ENG_NAME/><ENG_NAME/>' }, `${where}/DETAILS: more than 1 ENG_NAME`],
    [
      'one element too many',
      { details: `<DOB>19700203</DOB>${'<ADDR_LINE/>'.repeat(5)}` },
      `${where}/DETAILS: more than 4 ADDR_LINE`,
    ],
    ['an unknown element', { after: `<${'SECRET'}/>` }, `${where}: an element that is not allowed here`],
    [
      'an element of another namespace',
      { name: '<ENG_NAME xmlns="urn:x">A</ENG_NAME>' },
      `${where}/DETAILS: ENG_NAME is missing`,
    ],
    ['text between elements', { after: secret }, `${where}: text between elements`],
    [
      'an element inside text',
      { name: '<ENG_NAME><b/></ENG_NAME>' },
      `${where}/DETAILS/ENG_NAME: an element inside text`,
    ],
    [
      'an unknown attribute',
      { name: `<ENG_NAME x="${secret}"/>` },
      `${where}/DETAILS: ENG_NAME has an attribute that the contract does not have`,
    ],
    [
      'nil for an element that is not nillable',
      { name: '<ENG_NAME xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>' },
      `${where}/DETAILS: ENG_NAME has xsi:nil, which the contract does not allow`,
    ],
    ['an entity', { name: '<ENG_NAME>&secret;</ENG_NAME>' }, `${where}/DETAILS/ENG_NAME: not well-formed`],
    ['a processing instruction', { name: '<?php secret?>' }, `${where}/DETAILS: a processing instruction`],
  ])('%s', (_what, parts, message) => {
    expect(() => readPatron(parts)).toThrow(new InvalidXml(message));
  });

  test.each([
    [
      'a missing attribute',
      () => readCard('type="LC"', '<closedOn xsi:nil="true"/>'),
      '@status of card is missing',
    ],
    [
      'an attribute of the wrong type',
      () => readCard('type="XX" status="ACT"', ''),
      '@type of card is not a CardType',
    ],
    [
      'nil that is not empty',
      () => readCard('type="LC" status="ACT"', '<closedOn xsi:nil="true">x</closedOn>'),
      'closedOn: nil, but not empty',
    ],
    [
      'nil that is not a boolean',
      () => readCard('type="LC" status="ACT"', '<closedOn xsi:nil="x"/>'),
      'xsi:nil of closedOn is not a boolean',
    ],
    [
      'an empty element instead of nil',
      () => readCard('type="LC" status="ACT"', '<closedOn/>'),
      'closedOn: not a SlashDate',
    ],
  ])('%s', (_what, decode, message) => {
    expect(decode).toThrow(message);
    expect(decode).toThrow(InvalidXml);
  });
});

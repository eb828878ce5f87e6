import { describe, expect, test } from 'vitest';
import { contract } from '../../../../../adapters/charges/contract.generated.ts';
import { expectedResponse } from '../../../../../adapters/soap/codec/envelope/read-envelope.ts';
import { CallFailure } from '../../../../../adapters/soap/policy/call-failure.ts';
import { defaultLimits } from '../../../../../adapters/soap/policy/limits.ts';
import { readHttpResponse } from '../../../../../adapters/soap/tries.ts';
import { envelope12 } from '../raw-server.ts';
import { operationOf } from '../tables.ts';

const expected = expectedResponse(contract, operationOf(contract, 'GetReceipt'));
const include = (href: string) =>
  `<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="${href}"/>`;
const receipt = (content: string, number = 'RC1') =>
  envelope12(
    `<GetReceiptResponse xmlns="http://rps.library.example/2014/11"><GetReceiptResult xmlns:t="http://rps.library.example/2014/11/types">` +
      `<t:ReceiptNo>${number}</t:ReceiptNo><t:IssuedAt>2026-11-30T01:00:00Z</t:IssuedAt><t:ContentType>application/pdf</t:ContentType>` +
      `<t:Content>${content}</t:Content></GetReceiptResult></GetReceiptResponse>`,
  );
const document = (xml: string) =>
  `Content-Type: application/xop+xml; charset=utf-8;\r\n type="application/soap+xml"\r\nContent-ID: <root>\r\n\r\n${xml}`;
const attachment = (bytes: string, more = '') =>
  `Content-ID: <a@b>\r\nContent-Type: application/pdf${more}\r\n\r\n${bytes}`;
const packed = (...parts: string[]) => `${parts.map((part) => `\r\n--b\r\n${part}`).join('')}\r\n--b--\r\n`;

function read(
  text: string,
  contentType = 'multipart/related; type="application/xop+xml"; start="<root>"; boundary=b',
) {
  const http = { status: 200, contentType, body: Buffer.from(text, 'latin1') };
  return readHttpResponse(http, expected, defaultLimits);
}

const contentOf = (text: string, contentType?: string) => {
  const response = read(text, contentType);
  return response.kind === 'reply' && response.reply;
};

describe('an answer with an attachment', () => {
  const bytes = '%PDF\r\n--c\u0000\u00ff';
  const whole = {
    GetReceiptResult: expect.objectContaining({ Content: Uint8Array.from(Buffer.from(bytes, 'latin1')) }),
  };

  test.each([
    ['after the document', packed(document(receipt(include('cid:a%40b'))), attachment(bytes)), undefined],
    ['before the document', packed(attachment(bytes), document(receipt(include('cid:a@b')))), undefined],
    [
      'when the document is only the first part',
      packed(document(receipt(include('cid:a@b'))), attachment(bytes)),
      'Multipart/Related;boundary="b"',
    ],
    [
      'in base64',
      packed(
        document(receipt(include('cid:a@b'))),
        attachment(Buffer.from(bytes, 'latin1').toString('base64'), '\r\nContent-Transfer-Encoding: BASE64'),
      ),
      undefined,
    ],
  ])('has its bytes: %s', (_what, text, contentType) => {
    expect(contentOf(text, contentType)).toEqual(whole);
  });

  test.each<[string, string, string | undefined, string]>([
    ['without a boundary', packed(document(receipt(''))), 'multipart/related; x=y', 'without a boundary'],
    ['without its end', packed(document(receipt(''))).slice(0, -8), undefined, 'cut off'],
    ['without the document', packed(attachment('x')), undefined, 'without a document'],
    [
      'in another package',
      packed(`Content-Type: multipart/related; boundary=c\r\nContent-ID: <root>\r\n\r\nx`),
      undefined,
      'without a document',
    ],
    [
      'without the attachment',
      packed(document(receipt(include('cid:c')))),
      undefined,
      'Content: an attachment that did not come',
    ],
    [
      'on the network',
      packed(document(receipt(include('http://x/'))), attachment('x')),
      undefined,
      'Content: an attachment that did not come',
    ],
    [
      'taken twice',
      packed(document(receipt(include('cid:a@b') + include('cid:a@b'))), attachment('x')),
      undefined,
      'taken before',
    ],
    [
      'where a text belongs',
      packed(document(receipt('', include('cid:a@b'))), attachment('x')),
      undefined,
      'ReceiptNo: an element inside text',
    ],
    [
      'with too many parts',
      packed(document(receipt('')), ...Array.from({ length: 100 }, () => attachment('x'))),
      undefined,
      'too many parts',
    ],
    [
      'in an unknown encoding',
      packed(document(receipt('')), attachment('x', '\r\nContent-Transfer-Encoding: x-uu')),
      undefined,
      'unknown encoding',
    ],
    ['with a part without headers', packed(document(receipt('')), 'x'), undefined, 'without its headers'],
  ])('is refused: %s', (_what, text, contentType, message) => {
    expect(() => read(text, contentType)).toThrow(CallFailure);
    expect(() => read(text, contentType)).toThrow(
      expect.objectContaining({ detail: expect.stringContaining(message) }),
    );
  });
});

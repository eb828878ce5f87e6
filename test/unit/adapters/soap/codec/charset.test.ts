import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decodeBig5Hkscs } from '../../../../../adapters/soap/codec/big5-hkscs.ts';
import { CharsetError, decodeText } from '../../../../../adapters/soap/codec/charset.ts';
import { randomFrom } from '../../../../support/random.ts';

const declared = (charset: string, text: string): Buffer =>
  iconv.encode(`<?xml version="1.0" encoding="${charset}"?><a>${text}</a>`, charset);
const title = '嚟去之間：香港歌謠 𨋢／A';

describe('bytes are decoded', () => {
  test.each([
    ['Content-Type', iconv.encode(title, 'big5-hkscs'), 'text/xml; charset=Big5-HKSCS', title],
    ['Content-Type, quoted', iconv.encode(title, 'big5-hkscs'), 'text/xml;charset="big5-hkscs"', title],
    ['UTF-8 as the default', Buffer.from(title), 'text/xml', title],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${title}`), 'text/xml; charset=utf-8', title],
  ])('by %s', (_what, bytes, contentType, text) => {
    expect(decodeText(bytes, contentType)).toBe(text);
  });

  test.each(['UTF-8', 'Big5-HKSCS'])('by the XML declaration alone, and by both: %s', (charset) => {
    const bytes = declared(charset, title);
    expect(decodeText(bytes, 'text/xml')).toContain(`<a>${title}</a>`);
    expect(decodeText(bytes, `text/xml; charset=${charset}`)).toContain(`<a>${title}</a>`);
  });

  test.each([
    ['A241', '／'],
    ['A242', '＼'],
    ['A1FE', '／'],
    ['91C1', '嚟'],
    ['8862', 'Ê̄'],
    ['A4A4', '中'],
  ])('of HKSCS: %s is %s', (hex, text) => {
    expect(decodeText(Buffer.from(hex, 'hex'), 'text/xml; charset=big5-hkscs')).toBe(text);
  });
});

describe('bytes are rejected instead of guessed at', () => {
  test.each([
    ['UTF-8 with a byte of Latin-1', Buffer.from([0x61, 0xe9, 0x62]), 'text/xml; charset=utf-8'],
    ['UTF-8 that ends inside a character', Buffer.from('中').subarray(0, 2), 'text/xml'],
    ['UTF-8 that is Big5', iconv.encode('中文', 'big5-hkscs'), 'text/xml'],
    ['Big5-HKSCS that ends inside a character', Buffer.from([0x61, 0xa4]), 'text/xml; charset=big5-hkscs'],
    [
      'Big5-HKSCS with a byte that no character begins with',
      Buffer.from([0xff, 0x41]),
      'text/xml; charset=big5-hkscs',
    ],
    ['Latin-1', Buffer.from('a'), 'text/xml; charset=iso-8859-1'],
    ['plain Big5', Buffer.from('a'), 'text/xml; charset=big5'],
    ['a charset without a name', Buffer.from('a'), 'text/xml; charset=""'],
    [
      'a declaration of another charset than Content-Type',
      declared('UTF-8', 'a'),
      'text/xml; charset=big5-hkscs',
    ],
    ['a declaration of UTF-16', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>'), 'text/xml'],
  ])('of %s', (_what, bytes, contentType) => {
    expect(() => decodeText(bytes, contentType)).toThrow(CharsetError);
  });
});

/** What iconv-lite makes of the bytes, with the symbols that it gets wrong. Null if it finds them invalid. */
function byIconv(bytes: Buffer): string | null {
  const text = iconv.decode(bytes, 'big5-hkscs', { stripBOM: false });
  return text.includes('\ufffd') ? null : text.replaceAll('∕', '／').replaceAll('﹨', '＼');
}

const ours = (bytes: Buffer): string | null => decodeBig5Hkscs(bytes) ?? null;

const hexOfDifferences = (samples: readonly Buffer[]): string[] =>
  samples.filter((bytes) => ours(bytes) !== byIconv(bytes)).map((bytes) => bytes.toString('hex'));

describe('Big5-HKSCS is decoded and refused as iconv-lite does', () => {
  const allBytes = Array.from({ length: 256 }, (_, byte) => byte);

  test('each byte and each two bytes', () => {
    const pairs = allBytes.flatMap((lead) => allBytes.map((trail) => Buffer.from([lead, trail])));
    expect(pairs.filter((bytes) => ours(bytes) !== null).length).toBeGreaterThan(30_000);
    expect(hexOfDifferences([...allBytes.map((byte) => Buffer.from([byte])), ...pairs])).toEqual([]);
  });

  test('random bytes, most of which begin or end characters', () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));
    const random = randomFrom(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const byte = () => (below(3) === 0 ? below(256) : below(2) === 0 ? 0xa4 + below(20) : 0x40 + below(0x40));
    const samples = Array.from({ length: 5_000 }, () =>
      Buffer.from(Array.from({ length: 1 + below(9) }, byte)),
    );
    expect(hexOfDifferences(samples), `SEED=${seed}`).toEqual([]);
  });
});

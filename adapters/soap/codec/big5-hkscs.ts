import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';

const charset = 'big5-hkscs';

/** The ranges of the first byte (the lead) and the second byte (the trail) of a two-byte Big5 character. */
const leads = { first: 0x81, last: 0xfe } as const;
const trails = { first: 0x40, last: 0xfe } as const;
const trailsPerLead = trails.last - trails.first + 1;

/**
 * Separates the codes in a list of codes, so that one call decodes the whole list. The result can be split at the line
 * feeds, because a line feed can't be part of a two-byte character.
 */
const lineFeed = 0x0a;

/**
 * iconv-lite decodes eleven symbols (A241, A242 …) differently from HKSCS-2008. Two of them, ∕ and ﹨, appear in titles
 * and call numbers. Only these two are corrected here. The correction is safe, because no other code of the charset
 * decodes to ∕ or ﹨.
 */
const fullWidth: Readonly<Record<string, string>> = { '∕': '／', '﹨': '＼' };

let loadedCodes: Uint32Array | undefined;

/**
 * Maps each two-byte code (`lead << 8 | trail`) to its UTF-16 code units: the first unit in the lower 16 bits, and the
 * second, if any, in the upper 16 bits. 0 for a code that is not in the charset.
 *
 * iconv-lite is slow, because it reads byte by byte. So it is called only once, for the codes of the whole table.
 */
function loadCodes(): Uint32Array {
  const bytes: number[] = [];
  for (let lead: number = leads.first; lead <= leads.last; lead += 1) {
    for (let trail: number = trails.first; trail <= trails.last; trail += 1) {
      bytes.push(lead, trail, lineFeed);
    }
  }
  const codes = new Uint32Array(0x10000);
  for (const [index, text] of iconv.decode(Buffer.from(bytes), charset).split('\n').entries()) {
    const lead = leads.first + Math.floor(index / trailsPerLead);
    // iconv-lite marks bytes that are not in the charset with the replacement character.
    if (text !== '' && !text.includes('\ufffd')) {
      const character = fullWidth[text] ?? text;
      const [first, second] = [character.charCodeAt(0), character.length > 1 ? character.charCodeAt(1) : 0];
      codes[(lead << 8) | (trails.first + (index % trailsPerLead))] = (second << 16) | first;
    }
  }
  return codes;
}

/**
 * Decodes Big5-HKSCS. Undefined if the bytes are not valid. Node's own decoder makes silent mistakes for HKSCS. A text
 * of ASCII alone is decoded as Latin-1: V8 stores it with one byte a character, and scans it faster.
 */
export function decodeBig5Hkscs(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) {
    return bytes.toString('latin1');
  }
  loadedCodes ??= loadCodes();
  const codes = loadedCodes;
  const { length } = bytes;
  // A text has no more code units than bytes. The memory is not cleared first, because only written units are read.
  const memory = Buffer.allocUnsafe(length * 2);
  const units = new Uint16Array(memory.buffer, memory.byteOffset, length);
  let at = 0;
  let end = 0;
  for (;;) {
    for (; at < length && (bytes[at] ?? 0) < 0x80; at += 1) {
      units[end] = bytes[at] ?? 0;
      end += 1;
    }
    if (at === length) {
      return memory.toString('utf16le', 0, end * 2);
    }
    const code = at + 1 < length ? codes[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] : 0;
    if (!code) {
      return undefined;
    }
    at += 2;
    units[end] = code & 0xffff;
    end += 1;
    if (code > 0xffff) {
      units[end] = code >>> 16;
      end += 1;
    }
  }
}

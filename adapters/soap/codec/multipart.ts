/** Answers with attachments: XOP (W3C, 2005) in `multipart/related` (RFC 2387). */
import { InvalidXml } from './read-xml.ts';

/** An answer's document, and its attachments by their content ids. */
export interface Package {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly attachments: Map<string, Uint8Array>;
}

/** The maximum number of parts. No answer has as many. The size of the whole answer bounds the sizes of its parts. */
const maxParts = 100;
const maxHeaderBytes = 4_096;

export const isMultipart = (contentType: string): boolean =>
  /^[ \t]*multipart\/related[ \t]*;/i.test(contentType);

/**
 * Splits an answer into its document and its attachments. Only parts in base64 are copied. The document is the part
 * that `start` names, or the first part.
 *
 * @throws {InvalidXml} The answer is not of this form, or has too many parts.
 */
export function readPackage(contentType: string, bytes: Uint8Array): Package {
  const boundary = parameter(contentType, 'boundary');
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (boundary === null || !/^[ -~]{1,70}$/.test(boundary)) {
    throw new InvalidXml('a multipart answer without a boundary');
  }
  const parts = splitParts(data, boundary).map(readPart);
  const start = idOf(parameter(contentType, 'start') ?? '');
  const document = start === '' ? parts[0] : parts.find(({ id }) => id === start);
  if (document === undefined || isMultipart(document.contentType)) {
    throw new InvalidXml('a multipart answer without a document');
  }
  const others = parts.filter((part) => part !== document);
  return {
    // The document itself is XML. `application/xop+xml` only says that it refers to attachments.
    contentType: document.contentType.replace(/^[ \t]*application\/xop\+xml/i, 'application/xml'),
    body: document.body,
    attachments: new Map(others.map(({ id, body }) => [id, body])),
  };
}

/** The bytes between the boundaries. @throws {InvalidXml} The answer is cut off, or has more than `maxParts` parts. */
function splitParts(data: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let at = data.indexOf(delimiter);
  while (at !== -1) {
    const from = at + delimiter.length;
    if (data.toString('latin1', from, from + 2) === '--') {
      return parts;
    }
    const next = data.indexOf(`\r\n--${boundary}`, from);
    if (next === -1 || parts.length === maxParts) {
      break;
    }
    parts.push(data.subarray(from, next));
    at = next + 2;
  }
  throw new InvalidXml('a multipart answer that is cut off, or has too many parts');
}

interface Part {
  readonly id: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

function readPart(part: Buffer): Part {
  const end = part.indexOf('\r\n\r\n');
  if (end === -1 || end > maxHeaderBytes) {
    throw new InvalidXml('a part without its headers');
  }
  // A header may continue on the next line.
  const lines = part
    .toString('latin1', 0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const encoding = (headers.get('content-transfer-encoding') ?? 'binary').toLowerCase();
  const body = part.subarray(end + 4);
  if (!['binary', '8bit', '7bit', 'base64'].includes(encoding)) {
    throw new InvalidXml('a part in an unknown encoding');
  }
  return {
    id: idOf(headers.get('content-id') ?? ''),
    contentType: headers.get('content-type') ?? '',
    body: encoding === 'base64' ? Buffer.from(body.toString('latin1'), 'base64') : body,
  };
}

/** A content id without its angle brackets. */
const idOf = (text: string): string => text.trim().replace(/^<|>$/g, '');

/** The value of a parameter of a content type, quoted or not. Null if the content type lacks the parameter. */
function parameter(contentType: string, name: string): string | null {
  const match = new RegExp(`;[ \\t]*${name}[ \\t]*=[ \\t]*(?:"([^"]*)"|([^; \\t]+))`, 'i').exec(contentType);
  return match?.[1] ?? match?.[2] ?? null;
}

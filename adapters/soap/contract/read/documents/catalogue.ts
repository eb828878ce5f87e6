import { existsSync, readFileSync } from 'node:fs';
import { MalformedDocument } from './xml-node.ts';

/**
 * The files of documents, by their network address or namespace. A contract may refer to a document by one of these
 * alone. Nothing is ever read from the network.
 */
export type Catalogue = ReadonlyMap<string, URL>;

/**
 * Finds the file of an imported or included document. Looks first in the catalogue, then at a `file:` address, then in
 * the folder of `referrer` for the last part of the address. Null if there is no file. `location` is the text in the
 * document.
 */
export function findFile(
  referrer: URL,
  location: string | undefined,
  namespace: string | undefined,
  catalogue: Catalogue,
): URL | null {
  const listed = catalogue.get(location ?? '') ?? catalogue.get(namespace ?? '');
  if (listed !== undefined) {
    return listed;
  }
  if (location === undefined || !URL.canParse(location, referrer)) {
    return null;
  }
  const address = new URL(location, referrer);
  if (address.protocol === 'file:') {
    return existsSync(address) ? address : null;
  }
  // The network address is never called. The vendor's documents come together, so the file is looked for in the folder
  // of the document that refers to it.
  const beside = new URL(address.pathname.split('/').at(-1) ?? '', referrer);
  return beside.pathname !== referrer.pathname && !beside.pathname.endsWith('/') && existsSync(beside)
    ? beside
    : null;
}

/**
 * Decodes a file by its byte order mark or its XML declaration, or else as UTF-8.
 * @throws {MalformedDocument} The declared encoding is unknown, or the bytes are not valid in the encoding.
 */
export function readText(file: URL, name: string): string {
  const bytes = readFileSync(file);
  const encoding = markedEncoding(bytes) ?? declaredEncoding(bytes) ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    const fault = error instanceof RangeError ? `the unknown encoding ${encoding}` : `not valid ${encoding}`;
    throw new MalformedDocument(`${name}: ${fault}`, { cause: error });
  }
}

function markedEncoding([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) {
    return 'utf-16le';
  }
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

const declaredEncoding = (bytes: Buffer): string | undefined =>
  /^<\?xml[^>]*\bencoding=["']([\w.-]+)["']/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1];

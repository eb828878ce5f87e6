import { existsSync, readFileSync } from 'node:fs';

/**
 * The files of documents that a contract refers to by a network address or by a namespace alone. Nothing is ever read from
 * the network.
 */
export type Catalogue = ReadonlyMap<string, URL>;

/**
 * Finds the file of a reference: beside the document that refers to it, or by the catalogue. Null if there is no file.
 * `location` is the text in the document.
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
  // The location is the vendor's address. The file itself was handed over with the contract.
  const beside = new URL(address.pathname.split('/').at(-1) ?? '', referrer);
  return beside.pathname !== referrer.pathname && !beside.pathname.endsWith('/') && existsSync(beside)
    ? beside
    : null;
}

/** Decodes a file by its byte order mark or its XML declaration, otherwise as UTF-8. */
export function readText(file: URL): string {
  const bytes = readFileSync(file);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(bytes);
  }
  const declared = /^<\?xml[^>]*\bencoding=["']([\w.-]+)["']/.exec(
    bytes.subarray(0, 200).toString('latin1'),
  )?.[1];
  return new TextDecoder(declared ?? 'utf-8', { fatal: true }).decode(bytes);
}

/** The files of keys and certificates: read, checked, and read again when they have changed. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../lifecycle/message-of.ts';

/** A file that a variable of the environment names. Messages name the variable, and quote nothing of the file. */
export interface NamedFile {
  readonly variable: string;
  readonly path: string;
}

/** PEM texts. A certificate file may have the chain below its certificate. */
export interface PemFiles {
  readonly ca: NamedFile | null;
  readonly certificate: NamedFile | null;
  readonly key: NamedFile | null;
}

/** The checked contents of the files, as options of Node. */
export interface Pem {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Told of files that were renewed. Nothing of their contents is logged. */
export interface TlsLog {
  warn(details: Record<string, unknown>, message: string): void;
  error(details: Record<string, unknown>, message: string): void;
}

/** For how long files are believed to be unchanged, in ms. Certificates are renewed days before they end. */
export const lookAgainMs = 60_000;

/**
 * Reads and checks the files.
 * @throws Error whose message names the variable of a file that can't be read, has no PEM of its kind, whose certificate has
 *   expired or isn't valid yet, or whose key is another certificate's. Of a CA file one certificate must be valid.
 */
function readPem({ ca, certificate, key }: PemFiles, now: number): Pem {
  const caText = ca === null ? undefined : readCa(ca, now);
  const cert = certificate === null ? undefined : read(certificate);
  const keyText = key === null ? undefined : read(key);
  if (certificate !== null && cert !== undefined && key !== null && keyText !== undefined) {
    const [leaf] = certificatesIn(certificate, cert);
    requireValid(certificate, leaf, now);
    if (!leaf.checkPrivateKey(privateKeyIn(key, keyText))) {
      throw new Error(`${key.variable} is not the key of the certificate in ${certificate.variable}.`);
    }
  }
  return { ca: caText, cert, key: keyText };
}

/**
 * `build` of the files' contents, now and whenever they have changed. The returned function looks at the files once a minute at
 * most. What can't be used is logged, and what was built before stays: a key that is written before its certificate is no outage.
 * @throws Error where the files can't be used now, as `readPem`.
 */
export function keepFresh<Built>(
  files: PemFiles,
  build: (pem: Pem) => Built,
  { log, now }: { readonly log: TlsLog; readonly now: () => number },
): () => Built {
  let lookedAt = now();
  let builtStamp = stampOf(files);
  let built = build(readPem(files, lookedAt));
  return () => {
    if (now() - lookedAt >= lookAgainMs) {
      lookedAt = now();
      const stamp = stampOf(files);
      if (stamp !== builtStamp) {
        try {
          built = build(readPem(files, lookedAt));
          builtStamp = stamp;
        } catch (error) {
          log.error(
            { reason: messageOf(error) },
            'renewed TLS files are not usable, and the former ones stay',
          );
        }
      }
    }
    return built;
  };
}

/** Changes whenever a file does. Follows symbolic links, as Kubernetes mounts secrets. */
function stampOf({ ca, certificate, key }: PemFiles): string {
  return [ca, certificate, key]
    .map((file) => {
      const stats = file === null ? undefined : statSync(file.path, { bigint: true, throwIfNoEntry: false });
      return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
    })
    .join();
}

function read({ variable, path }: NamedFile): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${variable} names a file that can't be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function readCa(file: NamedFile, now: number): string {
  const text = read(file);
  const certificates = certificatesIn(file, text);
  // A bundle may still have a root that has expired, beside the one that took its place.
  if (!certificates.some((certificate) => isValid(certificate, now))) {
    requireValid(file, certificates[0], now);
  }
  return text;
}

/** The certificates of a PEM file, one at least, in their order. */
function certificatesIn({ variable }: NamedFile, text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const [first, ...others] = blocks.map((block) => new X509Certificate(block));
    if (first !== undefined) {
      return [first, ...others];
    }
  } catch {
    // OpenSSL's message may quote what it read.
  }
  throw new Error(`${variable} has no certificate in PEM, or one that can't be parsed.`);
}

function privateKeyIn({ variable }: NamedFile, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw new Error(`${variable} has no private key in PEM, or one with a passphrase.`);
  }
}

const isValid = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo);

function requireValid({ variable }: NamedFile, certificate: X509Certificate, now: number): void {
  if (!isValid(certificate, now)) {
    const { validFrom, validTo } = certificate;
    throw new Error(`${variable} has a certificate that is valid from ${validFrom} to ${validTo} only.`);
  }
}

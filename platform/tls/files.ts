/** Reads and checks the files of keys and certificates, and reads them again when they have changed. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../lifecycle/message-of.ts';

/** A file that a variable of the environment names. Messages name the variable, and quote nothing from the file. */
export interface NamedFile {
  readonly variable: string;
  readonly path: string;
  /** Whether the configured folder may lack this file. */
  readonly isOptional?: boolean;
}

/** Files with PEM texts. A certificate file may have the chain after its certificate. */
export interface PemFiles {
  readonly ca: NamedFile | null;
  readonly certificate: NamedFile | null;
  readonly key: NamedFile | null;
}

/** The certificate and the key in the folder of a server, under the names that Kubernetes and cert-manager give them. */
export const serverFilesIn = (variable: string, folder: string) => ({
  certificate: { variable: `${variable}/tls.crt`, path: join(folder, 'tls.crt') },
  key: { variable: `${variable}/tls.key`, path: join(folder, 'tls.key') },
});

/**
 * The files in the folder of connections to one system. `ca.crt` has the trusted authorities. `tls.crt` and `tls.key`
 * are the certificate that this process presents, and its key. The folder must have `ca.crt`, or the other two.
 */
export function filesIn(variable: string, folder: string): PemFiles {
  const { certificate, key } = serverFilesIn(variable, folder);
  return {
    ca: { variable: `${variable}/ca.crt`, path: join(folder, 'ca.crt'), isOptional: true },
    certificate: { ...certificate, isOptional: true },
    key: { ...key, isOptional: true },
  };
}

/** The oldest TLS version that is accepted. It is set explicitly, because NODE_OPTIONS could lower the default. */
const minVersion = 'TLSv1.2';

/** The checked contents of the files, as options of Node. */
export interface Pem {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly minVersion: typeof minVersion;
}

/** The log for renewed files. Nothing of their contents is logged. */
export interface TlsLog {
  warn(details: Record<string, unknown>, message: string): void;
  error(details: Record<string, unknown>, message: string): void;
}

/**
 * Shortest time between two checks whether the files have changed, in ms. Certificates are renewed days before they
 * expire.
 */
export const lookAgainMs = 60_000;

/**
 * Reads and checks the files. In a CA file, at least one certificate must be valid.
 * @throws Error that names the variable of a file, if the file can't be read, has no PEM of its kind, has a certificate
 * that is not valid now, or has the key of another certificate.
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
  return { ca: caText, cert, key: keyText, minVersion };
}

/**
 * Leaves out optional files that don't exist at the start. All other files must exist from then on. Otherwise a process
 * whose `ca.crt` is removed would trust other authorities.
 * @throws Error if only one of certificate and key exists, or if neither authorities nor a certificate exist.
 */
function presentOf({ ca, certificate, key }: PemFiles): PemFiles {
  const ifPresent = (file: NamedFile | null) =>
    file?.isOptional === true && !existsSync(file.path) ? null : file;
  const present = { ca: ifPresent(ca), certificate: ifPresent(certificate), key: ifPresent(key) };
  if ((present.certificate === null) !== (present.key === null)) {
    throw new Error(`There is only one of ${certificate?.variable} and ${key?.variable}.`);
  }
  if (present.ca === null && present.certificate === null) {
    throw new Error(`There is neither ${ca?.variable} nor ${certificate?.variable}.`);
  }
  return present;
}

/**
 * Builds a value from the files' contents, now and whenever they have changed. The returned function checks the files
 * at most once a minute. If new files can't be used, the error is logged and the old value stays. So a key that is
 * written before its certificate causes no outage.
 * @throws Error if the files can't be used now, like `presentOf` and `readPem`.
 */
export function keepFresh<Built>(
  configured: PemFiles,
  build: (pem: Pem) => Built,
  { log, now }: { readonly log: TlsLog; readonly now: () => number },
): () => Built {
  const files = presentOf(configured);
  let lookedAt = now();
  let builtStamp = stampOf(files);
  let built = build(readPem(files, lookedAt));
  return () => {
    if (Math.abs(now() - lookedAt) >= lookAgainMs) {
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

/**
 * A text that is different whenever one of the files has changed. It follows symbolic links, because Kubernetes mounts
 * secrets through them.
 */
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
  // A bundle may still have an expired root together with the root that replaced it.
  if (!certificates.some((certificate) => isValid(certificate, now))) {
    requireValid(file, certificates[0], now);
  }
  return text;
}

/** The certificates of a PEM file, in their order. There is at least one. */
function certificatesIn({ variable }: NamedFile, text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const [first, ...others] = blocks.map((block) => new X509Certificate(block));
    if (first !== undefined) {
      return [first, ...others];
    }
  } catch {
    // The message of OpenSSL may quote the file, so it is left out.
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

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The PEM files of a certificate and its key, and their contents. */
export interface Issued {
  readonly certFile: string;
  readonly keyFile: string;
  /** The contents of the files, for a TLS server of Node. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority for one test, in a temporary folder. Disposing removes the folder. */
export interface Authority extends Disposable {
  readonly folder: string;
  readonly caFile: string;
  readonly ca: string;
  /**
   * Issues a certificate. `alternativeNames` are in OpenSSL's form, such as `DNS:registry.example.org`. `days` are the
   * first and the last day of its validity, relative to today.
   */
  issue(name: string, alternativeNames: string, days?: readonly [from: number, to: number]): Issued;
  /** Makes a folder for a variable `…_TLS_DIR`, with the authority and this certificate. Returns its path. */
  tlsDir(issued?: Pick<Issued, 'cert' | 'key'>): string;
}

const forThisMachine = 'IP:127.0.0.1,DNS:localhost';

export { forThisMachine };

const openssl = (folder: string, ...args: string[]): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
};

/** Makes an authority with OpenSSL. Its `ca` command accepts any dates, so it can also issue an expired certificate. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const file = (name: string) => join(folder, name);
  writeFileSync(file('index.txt'), '');
  writeFileSync(
    file('ca.cnf'),
    `[ca]
default_ca = own
[own]
database = ${file('index.txt')}
new_certs_dir = ${folder}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:TRUE
`,
  );
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
  openssl(
    folder,
    ...['req', '-x509', '-config', 'ca.cnf', '-extensions', 'authority', '-subj', '/CN=Test authority'],
    ...[...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30'],
  );
  let issued = 0;
  return {
    folder,
    caFile: file('ca.pem'),
    ca: readFileSync(file('ca.pem'), 'utf8'),
    issue(name, alternativeNames, [from, to] = [-1, 30]) {
      issued += 1;
      const [certFile, keyFile] = [file(`${issued}.pem`), file(`${issued}.key`)];
      openssl(
        folder,
        ...['req', '-new', '-config', 'ca.cnf', '-subj', `/CN=${name}`, ...key],
        ...['-addext', `subjectAltName=${alternativeNames}`, '-keyout', keyFile, '-out', `${issued}.csr`],
      );
      openssl(
        folder,
        ...['ca', '-batch', '-notext', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'],
        ...['-startdate', dateIn(from), '-enddate', dateIn(to), '-in', `${issued}.csr`, '-out', certFile],
      );
      return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    },
    tlsDir(issued) {
      const own = mkdtempSync(file('tls-'));
      copyFileSync(file('ca.pem'), join(own, 'ca.crt'));
      if (issued !== undefined) {
        writeFileSync(join(own, 'tls.crt'), issued.cert);
        writeFileSync(join(own, 'tls.key'), issued.key);
      }
      return own;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** A date in ASN.1's GeneralizedTime, such as `20261126041700Z`. `days` is relative to today. */
const dateIn = (days: number): string =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`;

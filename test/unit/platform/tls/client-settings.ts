import tls from 'node:tls';
import { openClientTls } from '../../../../platform/tls/client.ts';
import type { PemFiles } from '../../../../platform/tls/files.ts';
import type { Issued } from '../../../support/certificates.ts';

interface Options {
  readonly caFile?: string;
  readonly certificate?: Pick<Issued, 'certFile' | 'keyFile'>;
}

/** Files at any paths, with the names that they have in the folder of `PRS_TLS_DIR`. */
export const settingsOf = ({ caFile, certificate }: Options): PemFiles => ({
  ca: caFile === undefined ? null : { variable: 'PRS_TLS_DIR/ca.crt', path: caFile },
  certificate:
    certificate === undefined ? null : { variable: 'PRS_TLS_DIR/tls.crt', path: certificate.certFile },
  key: certificate === undefined ? null : { variable: 'PRS_TLS_DIR/tls.key', path: certificate.keyFile },
});

export const silent = { warn: () => {}, error: () => {} };

export const clientTls = (options: Options) => openClientTls(settingsOf(options), silent);

/**
 * Lets Node speak TLS 1.1, as `NODE_OPTIONS='--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0'` would. OpenSSL supports
 * TLS 1.1 only at security level 0. Disposing restores the defaults.
 */
export function nodeAcceptsOldTls(): Disposable {
  const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;
  Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0' });
  return { [Symbol.dispose]: () => void Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS }) };
}

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

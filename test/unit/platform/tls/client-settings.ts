import { openClientTls } from '../../../../platform/tls/client.ts';
import type { ClientTlsSettings, TlsVersion } from '../../../../platform/tls/variables.ts';
import type { Issued } from '../../../support/certificates.ts';

interface Options {
  readonly caFile?: string;
  readonly certificate?: Pick<Issued, 'certFile' | 'keyFile'>;
  readonly serverName?: string;
  readonly minVersion?: TlsVersion;
}

/** The settings that the variables `PRS_TLS_…` would give. */
export const settingsOf = ({ caFile, certificate, serverName, minVersion }: Options): ClientTlsSettings => ({
  files: {
    ca: caFile === undefined ? null : { variable: 'PRS_TLS_CA_FILE', path: caFile },
    certificate:
      certificate === undefined ? null : { variable: 'PRS_TLS_CERT_FILE', path: certificate.certFile },
    key: certificate === undefined ? null : { variable: 'PRS_TLS_KEY_FILE', path: certificate.keyFile },
  },
  minVersion: minVersion ?? 'TLSv1.2',
  serverName: serverName ?? null,
});

export const silent = { warn: () => {}, error: () => {} };

export const clientTls = (options: Options) => openClientTls(settingsOf(options), silent);

import type { SoapVersion } from '../../contract/contract-types.ts';

export const envelopeNamespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const satisfies Record<SoapVersion, string>;

/**
 * Puts a message and header blocks, both XML, into an envelope. Without a header block there is no Header:
 *
 *     writeEnvelope('1.1', '', '<m:GetPatrons …/>')
 *     // <?xml version="1.0" encoding="UTF-8"?>
 *     // <soap:Envelope xmlns:soap="…"><soap:Body><m:GetPatrons …/></soap:Body></soap:Envelope>
 */
export function writeEnvelope(version: SoapVersion, header: string, message: string): string {
  const head = header === '' ? '' : `<soap:Header>${header}</soap:Header>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${envelopeNamespaces[version]}">${head}` +
    `<soap:Body>${message}</soap:Body></soap:Envelope>`
  );
}

import { expect, test } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { contract, type Operations } from '../../../../../adapters/patrons/contract.generated.ts';
import { createSoapClient } from '../../../../../adapters/soap/client.ts';
import { timestamp, wsSecurity } from '../../../../../adapters/soap/plugins/ws-security.ts';
import { createAuthority, type Issued } from '../../../../support/certificates.ts';
import { asked, empty } from '../prs-client.ts';
import { reply, startRawServer } from '../raw-server.ts';

const oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const bodyPath = "/*[local-name()='Envelope']/*[local-name()='Body']";
const timestampPath = "//*[local-name()='Timestamp']";

/** Signs Body and Timestamp (OASIS X.509 Token Profile 1.0). The certificate is in the header. */
function x509({ cert, key }: Issued, now: () => Date) {
  const bytes = cert.replace(/-----[A-Z ]+-----|\s/g, '');
  const token = () =>
    `<wsse:BinarySecurityToken wsu:Id="token" EncodingType="${oasis}-soap-message-security-1.0#Base64Binary" ` +
    `ValueType="${oasis}-x509-token-profile-1.0#X509v3">${bytes}</wsse:BinarySecurityToken>`;
  const seal = (envelope: string): string => {
    const signed = new SignedXml({
      privateKey: key,
      idMode: 'wssecurity',
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      canonicalizationAlgorithm: exclusive,
      getKeyInfoContent: () =>
        `<wsse:SecurityTokenReference xmlns:wsse="${oasis}-wssecurity-secext-1.0.xsd"><wsse:Reference URI="#token"/></wsse:SecurityTokenReference>`,
    });
    for (const xpath of [bodyPath, timestampPath]) {
      signed.addReference({ xpath, transforms: [exclusive], digestAlgorithm: sha256 });
    }
    signed.computeSignature(envelope, {
      location: { reference: "//*[local-name()='Security']", action: 'append' },
    });
    return signed.getSignedXml();
  };
  return wsSecurity([token, timestamp({ now, secondsToLive: 60 })], seal);
}

/** The paths of the signed elements, if the signature is right. */
function signedParts(envelope: string, cert: string): readonly string[] {
  const [signature] = /<(?:ds:)?Signature[ >].*<\/(?:ds:)?Signature>/s.exec(envelope) ?? [];
  const checked = new SignedXml({ publicCert: cert, idMode: 'wssecurity' });
  checked.loadSignature(signature ?? '');
  expect(checked.checkSignature(envelope)).toBe(true);
  return checked.getSignedReferences().map((part) => /^<(\S+)[ >]/.exec(part)?.[1] ?? '');
}

test('an X.509 signature seals each attempt with its own time, and no change of the Body passes', async () => {
  using authority = createAuthority();
  const issued = authority.issue('client', 'DNS:client.example');
  const times = ['2026-11-30T01:00:00Z', '2026-11-30T01:00:01Z'];
  await using server = await startRawServer((response, _request, count) =>
    count === 1 ? reply(response, '', 'text/xml', 503) : reply(response, empty),
  );
  await using client = createSoapClient<Operations>({
    system: 'patron registry',
    contract,
    url: server.url,
    reads: ['GetPatrons'],
    reasonOf: () => null,
    limits: { retryDelayMs: 1 },
    plugins: [x509(issued, () => new Date(times.shift() ?? 0))],
  });
  await client.call('GetPatrons', asked, AbortSignal.timeout(5_000));
  const [first = '', second = ''] = server.requests.map(({ body }) => body);
  expect(first).toContain('<wsu:Created>2026-11-30T01:00:00.000Z');
  expect(second).toContain('<wsu:Created>2026-11-30T01:00:01.000Z');
  for (const body of [first, second]) {
    expect(signedParts(body, issued.cert)).toEqual(['soap:Body', 'wsu:Timestamp']);
  }
  const changed = second.replace('P0000001', 'P0000002');
  expect(changed).not.toBe(second);
  expect(() => signedParts(changed, issued.cert)).toThrow();
});

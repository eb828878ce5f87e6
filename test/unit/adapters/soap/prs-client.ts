import { contract, type Operations } from '../../../../adapters/patrons/contract.generated.ts';
import type { CallObserver } from '../../../../adapters/soap/call-observer.ts';
import { createSoapClient, type SoapClient } from '../../../../adapters/soap/client.ts';
import { type Clock, systemClock } from '../../../../adapters/soap/policy/clock.ts';
import type { Limits } from '../../../../adapters/soap/policy/limits.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { ClientTls } from '../../../../platform/tls/client.ts';
import { envelope11 } from './raw-server.ts';

export const deadlineMs = 400;

/** A client with the contract of PRS. In these tests `GetPatrons` is the read, and `RegisterPatron` is the change. */
export const clientOf = (
  url: string,
  limits: Partial<Limits> = {},
  clock: Clock = systemClock,
  tls?: ClientTls,
  observer: CallObserver = {},
): SoapClient<Operations> =>
  createSoapClient<Operations>({
    system: 'patron registry',
    contract,
    url,
    tls,
    reads: ['GetPatrons'],
    reasonOf(response) {
      if (response.kind === 'reply') {
        return null;
      }
      return response.detail?.CODE === 'PRS-503' ? 'busy' : 'rejected';
    },
    limits: { deadlineMs, retryDelayMs: 20, ...limits },
    random: () => 0.5,
    clock,
    observer,
  });

export const prs = 'xmlns:p="urn:library:prs:2004"';
export const empty = envelope11(`<p:GetPatronsResponse ${prs}/>`);
export const fault = (code: string) =>
  envelope11(
    '<soap:Fault><faultcode>soap:Server</faultcode><faultstring>SECRET</faultstring><detail>' +
      `<p:PRSFault ${prs}><CODE>${code}</CODE><TEXT>SECRET</TEXT></p:PRSFault></detail></soap:Fault>`,
  );
export const asked = { PATRON_NO: ['P0000001'] };
export const signal = () => new AbortController().signal;
export const failureOf = async (call: Promise<unknown>): Promise<UpstreamError> => {
  const error: unknown = await call.then(
    () => 'no failure',
    (reason: unknown) => reason,
  );
  if (!(error instanceof UpstreamError)) {
    throw new Error('not an UpstreamError', { cause: error });
  }
  return error;
};

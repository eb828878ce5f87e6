import type { MessagePlugin } from './message-plugin.ts';

export const oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
/** The namespace of WS-Security's elements and fault codes. */
export const WSSE = `${oasis}-wssecurity-secext-1.0.xsd`;
const WSU = `${oasis}-wssecurity-utility-1.0.xsd`;

/** Makes one part of a Security header, as XML, for each attempt. The prefixes `wsse` and `wsu` are declared. */
export type SecurityPart = () => string;

/**
 * One Security header of OASIS WS-Security 1.0 with all parts in their order. `seal` then changes the whole envelope,
 * for example to sign it. The answer may have a Security header, too.
 */
export function wsSecurity(
  parts: readonly SecurityPart[],
  seal?: (envelope: string) => string,
): MessagePlugin {
  return {
    understands: [`{${WSSE}}Security`],
    begin: () => ({
      headerBlocks:
        `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}" soap:mustUnderstand="true">` +
        `${parts.map((part) => part()).join('')}</wsse:Security>`,
      seal,
    }),
  };
}

export interface TimestampSource {
  readonly now: () => Date;
  /** The time in which the system must receive the message, in seconds. */
  readonly secondsToLive: number;
}

/** A Timestamp: the times at which the message was made, and at which it expires. */
export const timestamp =
  ({ now, secondsToLive }: TimestampSource): SecurityPart =>
  () => {
    const created = now();
    const expires = new Date(created.getTime() + secondsToLive * 1_000);
    return (
      `<wsu:Timestamp wsu:Id="timestamp"><wsu:Created>${created.toISOString()}</wsu:Created>` +
      `<wsu:Expires>${expires.toISOString()}</wsu:Expires></wsu:Timestamp>`
    );
  };

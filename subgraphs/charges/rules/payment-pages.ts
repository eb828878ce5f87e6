/** The pages of a payment by card or wallet: where the payer pays, and where the payer returns to. */
import type { PaymentSettings } from '../../runtime/environment/payments.ts';

/** The readers' page of payments, on each origin to which payers return. This page reads the payment's state. */
const returnPath = '/my/charges';

/**
 * The address to which a payer returns. It comes only from the library's own settings, so that no caller can lead a payer
 * elsewhere. Null if the library offers neither cards nor wallets, or doesn't know the origin.
 */
export function returnUrlOf(
  { returnOrigins, payHosts }: PaymentSettings,
  asked: string | null,
): string | null {
  const origin = asked ?? returnOrigins[0] ?? null;
  return origin !== null && payHosts.length > 0 && returnOrigins.includes(origin)
    ? `${origin}${returnPath}`
    : null;
}

export const methodsForReaders = (settings: PaymentSettings) =>
  returnUrlOf(settings, null) === null ? (['FPS'] as const) : (['FPS', 'CARD', 'WALLET'] as const);

/** The host of an address. Null if it is no address. */
export const hostOf = (address: string): string | null =>
  URL.canParse(address) ? new URL(address).host : null;

/** Characters that parsers of addresses read differently, or that make an address look like another one. */
const ambiguous = /[\\\s\p{C}]/u;

/**
 * Whether a payer may be sent to this address of the payment system. It must be https, on a host in the library's
 * settings, without a user name or password. It must have no characters that parsers read differently: in
 * `https://pay.example\@thief.example/`, a browser finds the host `pay.example`, and RFC 3986 finds `thief.example`.
 */
export function isPayPage({ payHosts }: Pick<PaymentSettings, 'payHosts'>, address: string): boolean {
  if (ambiguous.test(address) || !URL.canParse(address)) {
    return false;
  }
  const { host, username, password } = new URL(address);
  return /^https:\/\//i.test(address) && payHosts.includes(host) && username === '' && password === '';
}

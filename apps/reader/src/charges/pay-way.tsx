import { Choice, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { PaymentMethod, WalletProvider } from '../operations.generated.ts';
import { waysToPay } from './texts.ts';

/** How a reader pays: by the Faster Payment System, by a card, or with one of the wallets. */
export type PayWay = 'FPS' | 'CARD' | WalletProvider;

const wallets = [
  'ALIPAY_HK',
  'WECHAT_PAY_HK',
  'PAY_ME',
  'OCTOPUS',
] as const satisfies readonly WalletProvider[];

/**
 * The ways of paying that the library offers. Every library offers `FPS`. Null `methods` means that the other ways are
 * unknown.
 */
const waysOf = (methods: readonly PaymentMethod[] | null): readonly PayWay[] => [
  'FPS',
  ...(methods?.includes('CARD') ? (['CARD'] as const) : []),
  ...(methods?.includes('WALLET') ? wallets : []),
];

/** The fields of a mutation's input that state how the payment is made. */
export const inputOf = (
  way: PayWay,
): { readonly method: PaymentMethod; readonly walletProvider: WalletProvider | null } =>
  way === 'FPS' || way === 'CARD'
    ? { method: way, walletProvider: null }
    : { method: 'WALLET', walletProvider: way };

/** A choice of how to pay, and a text about what happens next. If there is only one way, only the text is shown. */
export function PayWayChoice({
  methods,
  way,
  onChange,
}: {
  readonly methods: readonly PaymentMethod[] | null;
  readonly way: PayWay;
  onChange(way: PayWay): void;
}): ReactNode {
  const texts = useTexts(waysToPay);
  const ways = waysOf(methods);
  return (
    <>
      {ways.length > 1 && (
        <Choice
          label={texts.choose}
          open
          value={way}
          options={ways.map((value) => ({ value, text: texts[value] }))}
          onChange={onChange}
        />
      )}
      <p className="quiet">{way === 'FPS' ? texts.byCode : texts.elsewhere}</p>
    </>
  );
}

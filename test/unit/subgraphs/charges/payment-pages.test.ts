import { expect, test } from 'vitest';
import type { PayingServices } from '../../../../subgraphs/charges/paying/services.ts';
import { startPayment } from '../../../../subgraphs/charges/paying/start-payment.ts';
import {
  isPayPage,
  methodsForReaders,
  returnUrlOf,
} from '../../../../subgraphs/charges/rules/payment-pages.ts';
import { readOperationsConfig } from '../../../../subgraphs/runtime/operations-config.ts';

const both = {
  CHARGES_RETURN_ORIGINS: 'https://library.example, https://app.library.example/',
  CHARGES_PAYMENT_HOSTS: 'pay.example,pay.example:8443',
};
const settings = readOperationsConfig(both).payments;

test('a payer returns to an origin that the library has set, the first one by default', () => {
  expect(returnUrlOf(settings, null)).toBe('https://library.example/my/charges');
  expect(returnUrlOf(settings, 'https://app.library.example')).toBe('https://app.library.example/my/charges');
  expect(returnUrlOf(settings, 'https://library.example.thief.example')).toBeNull();
  const nothing = readOperationsConfig({}).payments;
  expect(returnUrlOf(nothing, null), 'nothing is set').toBeNull();
  expect([methodsForReaders(settings), methodsForReaders(nothing)]).toEqual([
    ['FPS', 'CARD', 'WALLET'],
    ['FPS'],
  ]);
});

test.each([
  ['https://pay.example/checkout?o=1', true],
  ['https://pay.example:8443/', true],
  ['http://pay.example/', false],
  ['https://pay.example:444/', false],
  ['https://pay.example.thief.example/', false],
  ['https://pay.example@thief.example/', false],
  ['https://thief@pay.example/', false],
  ['https://pay.example\\@thief.example/', false],
  ['https:\\\\pay.example/', false],
  ['https://pay.example/\u202emoc.feiht', false],
  ['https://pay.example/\n', false],
  ['https:pay.example/', false],
  ['javascript:alert(1)', false],
  ['/checkout', false],
])('a payer is sent to %s: %s', (address, isAllowed) => {
  expect(isPayPage(settings, address)).toBe(isAllowed);
});

test('an alarm names the host of a page to which no payer is sent', async () => {
  const logged: unknown[] = [];
  const payment = { id: 'RO2026000001', redirectUrl: 'https://pay.other.example/checkout?o=1' };
  const services = {
    ledger: { createPayment: async () => ({ payment: { ...payment, method: { kind: 'CARD' }, lines: [] } }) },
    payments: settings,
    log: { error: (facts: object, text: string) => logged.push({ ...facts, text }) },
  } as unknown as PayingServices;
  const plan = {
    patronId: 'P0000001',
    lines: [],
    method: { kind: 'CARD', brands: [] },
    returnUrl: null,
  } as const;
  await startPayment.send(services, 'reference', plan, () => true, AbortSignal.timeout(5_000));
  expect(logged).toEqual([
    {
      operation: 'reference',
      payment: payment.id,
      host: 'pay.other.example',
      text: expect.stringMatching(/^ALARM: .*CHARGES_PAYMENT_HOSTS/),
    },
  ]);
});

test('a library may lend only to patrons who owe nothing', () => {
  expect(readOperationsConfig({ CHARGES_LIMIT_CENTS: '0' }).chargesLimitCents).toBe(0);
});

test.each([
  [{ CHARGES_PAYMENT_HOSTS: 'pay.example' }, 'CHARGES_RETURN_ORIGINS'],
  [{ CHARGES_RETURN_ORIGINS: 'https://library.example' }, 'CHARGES_PAYMENT_HOSTS'],
  [{ ...both, CHARGES_RETURN_ORIGINS: 'https://library.example/my' }, 'must be an origin'],
  [{ ...both, CHARGES_PAYMENT_HOSTS: 'https://pay.example' }, 'must be hosts'],
  [
    { ...both, NODE_ENV: 'production', CHARGES_RETURN_ORIGINS: 'http://library.example' },
    'https in production',
  ],
  [{ ...both, NODE_ENV: 'production' }, /needs the payment system.*CHARGES_RETURN_ORIGINS/s],
  [{ NODE_ENV: 'production', CHARGES_LIMIT_CENTS: '0' }, /needs the payment system.*CHARGES_LIMIT_CENTS/s],
])('%o can not be used', (env, message) => {
  expect(() => readOperationsConfig(env)).toThrow(message);
});

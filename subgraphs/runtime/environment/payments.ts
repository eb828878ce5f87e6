import { z } from 'zod';
import { httpOrigin, type VariableIssue } from '../../../platform/lifecycle/environment.ts';

/**
 * The pages for a payment by card or wallet: where payers pay, and where they return to. Such payments are offered only
 * if both are set.
 */
export interface PaymentSettings {
  /** The origins of front ends to which payers return. The first is the default. */
  readonly returnOrigins: readonly string[];
  /** The hosts of the pages on which payers pay, as in `pay.example` or `pay.example:8443`. */
  readonly payHosts: readonly string[];
}

/** The maximum length of a list. The address of each payment is compared with the whole list. */
const maxItems = 20;
const listOf = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item).max(maxItems, `must have ${maxItems} at most`));

export const paymentShape = {
  CHARGES_RETURN_ORIGINS: listOf(httpOrigin.transform((text) => new URL(text).origin)).default([]),
  CHARGES_PAYMENT_HOSTS: listOf(
    z.string().regex(/^[a-z0-9.-]{1,253}(?::\d{1,5})?$/, 'must be hosts, as in pay.example,pay.example:8443'),
  ).default([]),
} as const;
type Values = z.infer<z.ZodObject<typeof paymentShape>>;

export function paymentIssues(
  values: Values & { readonly NODE_ENV?: string | undefined },
): readonly VariableIssue[] {
  const { CHARGES_RETURN_ORIGINS: origins, CHARGES_PAYMENT_HOSTS: hosts, NODE_ENV } = values;
  if ((origins.length === 0) !== (hosts.length === 0)) {
    const [missing, other] =
      origins.length === 0
        ? (['CHARGES_RETURN_ORIGINS', 'CHARGES_PAYMENT_HOSTS'] as const)
        : (['CHARGES_PAYMENT_HOSTS', 'CHARGES_RETURN_ORIGINS'] as const);
    return [{ name: missing, message: `is wanted with ${other}` }];
  }
  return NODE_ENV === 'production' && origins.some((origin) => !origin.startsWith('https:'))
    ? [{ name: 'CHARGES_RETURN_ORIGINS', message: 'must be https in production' }]
    : [];
}

export const paymentsOf = (values: Values): PaymentSettings => ({
  returnOrigins: values.CHARGES_RETURN_ORIGINS,
  payHosts: values.CHARGES_PAYMENT_HOSTS,
});

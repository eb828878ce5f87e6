import { missingAt } from '@patron-graph/kit';
import {
  Badge,
  createTexts,
  formatMoney,
  formatTime,
  isNotInGraph,
  Loaded,
  Missing,
  type QueryResult,
  Table,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { PatronLink } from '../lists/patron-name.tsx';
import {
  FindPaymentOperationsDocument,
  type FindPaymentOperationsQuery,
  type FindPaymentOperationsQueryVariables,
  type PaymentOperationKind,
  type PaymentState,
} from '../operations.generated.ts';
import { operationStateTones } from '../tones.ts';
import { operationStateWords } from '../words.ts';
import { operationTexts } from './texts.ts';

const paymentTexts = createTexts({
  title: { en: 'Payments, waivers and refunds', 'zh-Hant': '付款、豁免及退款' },
  merchantRef: { en: 'Reference of the payment system', 'zh-Hant': '繳費系統參考編號' },
});

const kindWords = createTexts({
  START_PAYMENT: { en: 'Payment', 'zh-Hant': '付款' },
  PAY_BY_CODE: { en: 'Payment by a code', 'zh-Hant': '以編碼付款' },
  PAY_AT_STATION: { en: 'Payment at a station', 'zh-Hant': '於自助服務站付款' },
  CANCEL_PAYMENT: { en: 'Cancel a payment', 'zh-Hant': '取消付款' },
  CANCEL_PAYMENT_AT_STATION: { en: 'Cancel a payment at a station', 'zh-Hant': '於自助服務站取消付款' },
  WAIVE_CHARGE: { en: 'Waive a charge', 'zh-Hant': '豁免收費' },
  REFUND_PAYMENT: { en: 'Give a payment back', 'zh-Hant': '退還款項' },
} satisfies Record<PaymentOperationKind, object>);

const paymentStateWords = createTexts({
  PENDING: { en: 'under way', 'zh-Hant': '處理中' },
  PAID: { en: 'paid', 'zh-Hant': '已繳付' },
  EXPIRED: { en: 'not paid in time', 'zh-Hant': '已逾時' },
  CANCELLED: { en: 'cancelled', 'zh-Hant': '已取消' },
  PAID_LATE: { en: 'paid too late, given back', 'zh-Hant': '遲到，已退回' },
} satisfies Record<PaymentState, object>);

type Found = NonNullable<FindPaymentOperationsQuery['paymentOperations']>[number];

/** The operations of the payment system that match a search. A null filter finds nothing. Each reading is audited. */
export const usePayments = (
  filter: FindPaymentOperationsQueryVariables['filter'] | null,
): QueryResult<FindPaymentOperationsQuery> =>
  useQuery(FindPaymentOperationsDocument, filter === null ? null : { filter });

/**
 * Shows what `usePayments` has found. Renders nothing if nothing was found, if the library has no payment system, or if
 * this member of staff may not read charges.
 */
export function FoundPayments({
  answer,
  isOfOnePatron = false,
}: {
  readonly answer: QueryResult<FindPaymentOperationsQuery>;
  /** Whether all operations are of one patron, whose page shows them. The table then doesn't name the patron. */
  readonly isOfOnePatron?: boolean;
}): ReactNode {
  if (isNotInGraph(answer.error)) {
    return null;
  }
  return (
    <Loaded answer={answer}>
      {({ paymentOperations }, missing) => {
        const at = missingAt(missing, ['paymentOperations']);
        if (at !== undefined) {
          return at.code === 'FORBIDDEN' ? null : <Missing at={at} />;
        }
        return <PaymentTable found={paymentOperations ?? []} isOfOnePatron={isOfOnePatron} />;
      }}
    </Loaded>
  );
}

function PaymentTable({
  found,
  isOfOnePatron,
}: {
  readonly found: readonly Found[];
  readonly isOfOnePatron: boolean;
}): ReactNode {
  const texts = useTexts(operationTexts);
  const { title, merchantRef } = useTexts(paymentTexts);
  const kinds = useTexts(kindWords);
  const states = useTexts(operationStateWords);
  const standing = useTexts(paymentStateWords);
  const { language } = useLanguage();
  if (found.length === 0) {
    return null;
  }
  const aboutPayment = ({ id, amount, state }: NonNullable<Found['payment']>): string =>
    [id, formatMoney(amount, language), standing[state]].join(' · ');
  const resultOf = ({ problems, payment, charge }: Found): string =>
    [
      ...problems.map(({ message }) => message),
      payment === null ? (charge?.id ?? '') : aboutPayment(payment),
    ].join(' ');
  return (
    <Table
      caption={title}
      rows={found}
      keyOf={(one) => one.merchantRef}
      empty={texts.none}
      columns={[
        { heading: texts.operation, cell: ({ kind }) => kinds[kind] },
        {
          heading: texts.outcome,
          cell: ({ operation: { state } }) => (
            <Badge tone={operationStateTones[state]}>{states[state]}</Badge>
          ),
        },
        { heading: texts.result, cell: resultOf },
        ...(isOfOnePatron
          ? []
          : [{ heading: texts.patron, cell: ({ patron }: Found) => <PatronLink patron={patron} /> }]),
        {
          heading: texts.requested,
          cell: ({ operation: { requestedAt } }) => formatTime(requestedAt, language),
        },
        { heading: texts.code, cell: ({ operation: { code } }) => <code>{code}</code> },
        { heading: merchantRef, cell: (one) => <code>{one.merchantRef}</code> },
      ]}
    />
  );
}

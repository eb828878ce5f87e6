import { missingAt } from '@patron-graph/kit';
import {
  Badge,
  createTexts,
  formatMoney,
  formatTime,
  isNotInGraph,
  Loaded,
  Missing,
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
} from '../operations.generated.ts';
import { operationStateTones } from '../tones.ts';
import { operationStateWords } from '../words.ts';
import { operationTexts } from './texts.ts';

const paymentTexts = createTexts({
  title: { en: 'Payments found', 'zh-Hant': '付款事項查找結果' },
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

type Found = NonNullable<FindPaymentOperationsQuery['paymentOperations']>[number];

/**
 * The operations of the payment system that match a search. Renders nothing if the library has no payment system, or if
 * this member of staff may not read charges. Then only the list of other operations above can contain a match.
 */
export function FoundPayments({
  filter,
}: {
  readonly filter: FindPaymentOperationsQueryVariables['filter'];
}): ReactNode {
  const answer = useQuery(FindPaymentOperationsDocument, { filter });
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
        return <PaymentTable found={paymentOperations ?? []} />;
      }}
    </Loaded>
  );
}

function PaymentTable({ found }: { readonly found: readonly Found[] }): ReactNode {
  const texts = useTexts(operationTexts);
  const { title, merchantRef } = useTexts(paymentTexts);
  const kinds = useTexts(kindWords);
  const states = useTexts(operationStateWords);
  const { language } = useLanguage();
  if (found.length === 0) {
    return null;
  }
  const resultOf = ({ problems, payment, charge }: Found): string => {
    if (problems.length > 0) {
      return problems.map(({ message }) => message).join(' ');
    }
    return payment == null ? (charge?.id ?? '') : `${payment.id} · ${formatMoney(payment.amount, language)}`;
  };
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
        { heading: texts.patron, cell: ({ patron }) => <PatronLink patron={patron} /> },
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

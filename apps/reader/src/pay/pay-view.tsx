import {
  Button,
  Field,
  Form,
  formatMoney,
  isNotInGraph,
  Loaded,
  Missing,
  Notice,
  Page,
  Section,
  useLanguage,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { codeIn, dropGivenCode, givenCode } from '../charges/given-code.ts';
import { keepPaymentByCode, keptPaymentByCode } from '../charges/kept-payments.ts';
import { chargesTexts } from '../charges/texts.ts';
import { PayableDocument, PaymentMethodsDocument } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { CodePayment } from './code-payment.tsx';
import { FollowedCodePayment } from './followed-code-payment.tsx';
import { payTexts } from './texts.ts';

/** The view in which a reader pays what another person owes, with that person's code. The view shows only the sum. */
export function PayView(): ReactNode {
  const texts = useTexts(payTexts);
  const { atCounter } = useTexts(chargesTexts);
  const offered = useQuery(PaymentMethodsDocument);
  const [code, setCode] = useState(givenCode);
  const [asked, setAsked] = useState(code);
  useEffect(dropGivenCode, []);
  const patronId = usePatronId();
  const [payment, setPayment] = useState(() => keptPaymentByCode(patronId));
  const start = (id: string) => {
    const started = { patronId, id, createdAt: new Date().toISOString() };
    keepPaymentByCode(started);
    setPayment(started);
    // The code has been used, so the form is cleared for another payment.
    setCode('');
    setAsked('');
  };
  return (
    <Page title={texts.title}>
      {isNotInGraph(offered.error) ? (
        <Notice>{atCounter}</Notice>
      ) : (
        <>
          {payment !== null && <FollowedCodePayment key={payment.id} payment={payment} />}
          <Section title={texts.withCode}>
            <p>{texts.about}</p>
            <Form onSubmit={() => setAsked(codeIn(code))}>
              <Field
                label={texts.code}
                hint={texts.codeHint}
                required
                spellCheck={false}
                autoCapitalize="none"
                value={code}
                onChange={setCode}
              />
              <Button type="submit">{texts.showSum}</Button>
            </Form>
            {asked !== '' && (
              <Sum
                key={asked}
                code={asked}
                methods={offered.data?.paymentMethods ?? null}
                onStarted={start}
              />
            )}
          </Section>
        </>
      )}
    </Page>
  );
}

function Sum({
  code,
  methods,
  onStarted,
}: Pick<Parameters<typeof CodePayment>[0], 'code' | 'methods' | 'onStarted'>): ReactNode {
  const texts = useTexts(payTexts);
  const { language } = useLanguage();
  const patronId = usePatronId();
  const answer = useQuery(PayableDocument, { patronId, code });
  return (
    <Loaded answer={answer}>
      {({ payable }, missing) =>
        payable === null ? (
          missing.length === 0 ? (
            <Notice tone="warning">{texts.notValid}</Notice>
          ) : (
            <Missing at={missing[0]} />
          )
        ) : (
          <>
            <p role="status">
              {payable.cents === 0 ? texts.nothing : texts.sum(formatMoney(payable, language))}
            </p>
            <CodePayment
              patronId={patronId}
              code={code}
              cents={payable.cents}
              methods={methods}
              onStarted={onStarted}
            />
          </>
        )
      }
    </Loaded>
  );
}

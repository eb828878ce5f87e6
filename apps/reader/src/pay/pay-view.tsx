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
import { chargesTexts } from '../charges/texts.ts';
import { PayableDocument, PaymentMethodsDocument } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { CodePayment } from './code-payment.tsx';
import { payTexts } from './texts.ts';

/** The view in which a reader pays what another person owes, with that person's code. The view shows only the sum. */
export function PayView(): ReactNode {
  const texts = useTexts(payTexts);
  const { atCounter } = useTexts(chargesTexts);
  const offered = useQuery(PaymentMethodsDocument);
  const [code, setCode] = useState(givenCode);
  const [asked, setAsked] = useState(code);
  useEffect(dropGivenCode, []);
  return (
    <Page title={texts.title}>
      {isNotInGraph(offered.error) ? (
        <Notice>{atCounter}</Notice>
      ) : (
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
          {asked !== '' && <Sum key={asked} code={asked} methods={offered.data?.paymentMethods ?? null} />}
        </Section>
      )}
    </Page>
  );
}

function Sum({
  code,
  methods,
}: {
  readonly code: string;
  readonly methods: Parameters<typeof CodePayment>[0]['methods'];
}): ReactNode {
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
          <CodePayment
            patronId={patronId}
            code={code}
            cents={payable.cents}
            methods={methods}
            before={
              <p role="status">
                {payable.cents === 0 ? texts.nothing : texts.sum(formatMoney(payable, language))}
              </p>
            }
          />
        )
      }
    </Loaded>
  );
}

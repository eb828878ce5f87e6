import { Button, Choice, Field, Form, Page, useSearchParameters, useTexts } from '@patron-graph/ui';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { type Address, textIn } from '../lists/address.ts';
import { FoundOperations } from './found-operations.tsx';
import { FoundPayments, usePayments } from './found-payments.tsx';
import { operationTexts } from './texts.ts';

const ways = ['code', 'reference', 'patronId'] as const;
type Way = (typeof ways)[number];

/** A search in one of the ways in `Way`, or by state. An empty search finds nothing. */
type Search = { readonly [Name in Way | 'state']?: string | undefined };

const nothing: Search = { code: undefined, reference: undefined, patronId: undefined, state: undefined };

const readSearch = ({ code, reference, patronId, state }: Address): Search => ({
  code: textIn(code),
  reference: textIn(reference),
  patronId: textIn(patronId),
  state: textIn(state),
});

/**
 * Finds operations and their outcomes by a code that somebody reads out, by a program's reference, or by the patron. Can
 * also list all unsettled operations.
 */
export function OperationsView(): ReactNode {
  const texts = useTexts(operationTexts);
  // A link to this view may contain a search.
  const [search, change] = useSearchParameters(readSearch);
  const asked = ways.find((one) => search[one] !== undefined);
  const filter =
    asked === undefined
      ? search.state === 'UNSETTLED' && ({ state: 'UNSETTLED' } as const)
      : { [asked]: search[asked] };
  const payments =
    search.code === undefined && search.patronId === undefined
      ? null
      : { code: search.code ?? null, patronId: search.patronId ?? null };
  const [way, setWay] = useState<Way>(asked ?? 'code');
  const [text, setText] = useState((asked && search[asked]) ?? '');
  // A number that changes with each search, so that the same search can be sent again.
  const [count, setCount] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  // The field gets the focus before the first paint, because a scanner may type at once.
  useLayoutEffect(() => field.current?.focus(), []);
  const find = (wanted: Search) => {
    change({ ...nothing, ...wanted });
    setCount((before) => before + 1);
  };
  return (
    <Page title={texts.title}>
      <search className="card">
        <p className="quiet">{texts.hint}</p>
        <Form
          onSubmit={() => {
            find({ [way]: (field.current?.value ?? text).trim() });
            field.current?.select();
          }}
        >
          <Choice
            label={texts.by}
            open
            value={way}
            options={ways.map((value) => ({ value, text: texts[value] }))}
            onChange={setWay}
          />
          <div className="row">
            <Field
              ref={field}
              label={texts[way]}
              hint={texts[`${way}Hint`]}
              value={text}
              required
              onChange={setText}
            />
            <Button type="submit" kind="primary">
              {texts.find}
            </Button>
            <Button onClick={() => find({ state: 'UNSETTLED' })}>{texts.unsettled}</Button>
          </div>
        </Form>
      </search>
      {filter !== false && (
        <Found key={`${count} ${JSON.stringify(filter)}`} filter={filter} payments={payments} />
      )}
    </Page>
  );
}

/** What a search has found. The graph lists the operations of the payment system separately. */
function Found({
  filter,
  payments,
}: {
  readonly filter: Parameters<typeof FoundOperations>[0]['filter'];
  /** Null for a search that can't find operations of the payment system. */
  readonly payments: Parameters<typeof usePayments>[0];
}): ReactNode {
  const answer = usePayments(payments);
  const hasPayments = (answer.data?.paymentOperations ?? []).length > 0;
  return (
    <>
      <FoundOperations filter={filter} isOptional={hasPayments} />
      {payments !== null && <FoundPayments answer={answer} />}
    </>
  );
}

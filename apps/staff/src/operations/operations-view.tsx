import { Button, Choice, Field, Form, Page, Section, useSearchParameters, useTexts } from '@patron-graph/ui';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { type Address, textIn } from '../lists/address.ts';
import { FoundOperations, type OperationSearch, UnsettledOperations } from './found-operations.tsx';
import { operationTexts } from './texts.ts';

const ways = ['code', 'reference', 'patronId'] as const;
type Way = (typeof ways)[number];

const readCode = ({ code }: Address): { readonly code: string | null } => ({ code: textIn(code) ?? null });

interface Asked {
  /** Null to list all operations that are not settled. */
  readonly search: OperationSearch | null;
  /** The number of the search, so that the same search can be made again. */
  readonly count: number;
}

/**
 * Finds operations and their outcomes by the code that somebody reads out, by a program's reference, or by the patron.
 */
export function OperationsView(): ReactNode {
  const texts = useTexts(operationTexts);
  // A link to this view may contain the code.
  const [{ code }] = useSearchParameters(readCode);
  const [way, setWay] = useState<Way>('code');
  const [text, setText] = useState(code ?? '');
  const [asked, setAsked] = useState<Asked | null>(code === null ? null : { search: { code }, count: 0 });
  const field = useRef<HTMLInputElement>(null);
  // The field gets the focus before the first paint, because a scanner may type at once.
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <Page title={texts.title}>
      <search className="card">
        <p className="quiet">{texts.hint}</p>
        <Form
          onSubmit={() => {
            const search = { [way]: (field.current?.value ?? text).trim() };
            setAsked((before) => ({ search, count: (before?.count ?? 0) + 1 }));
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
          </div>
        </Form>
        <Button onClick={() => setAsked((before) => ({ search: null, count: (before?.count ?? 0) + 1 }))}>
          {texts.unsettled}
        </Button>
      </search>
      {asked !== null && (
        <Section title={texts.found}>
          {asked.search === null ? (
            <UnsettledOperations key={asked.count} />
          ) : (
            <FoundOperations key={asked.count} search={asked.search} />
          )}
        </Section>
      )}
    </Page>
  );
}

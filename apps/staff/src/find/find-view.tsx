import { Button, Choice, Field, Form, Page, Section, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { PatronStatus } from '../operations.generated.ts';
import { patronStatusWords } from '../words.ts';
import { DocumentSearch } from './document-search.tsx';
import { Hits } from './hits.tsx';
import { readWanted, type Wanted } from './search-text.ts';
import { findTexts } from './texts.ts';
import { theSearch } from './the-search.ts';

/** Delay between the last key and the search, in ms. This delay is longer than the pauses of a scanner or a typist. */
const typingPauseMs = 350;

/** Finds patrons, copies and operations. The search is sent after a pause in typing, or at once with Enter. */
export function FindView(): ReactNode {
  const texts = useTexts(findTexts);
  const [first] = useState(theSearch.take);
  const [text, setText] = useState(first.text);
  const [status, setStatus] = useState(first.status);
  const [wanted, setWanted] = useState<Wanted | null>(() => readWanted(first.text));
  // Which form was sent with Enter. If its search has only one hit, the hit is opened. Null after more typing.
  const [opening, setOpening] = useState<'search' | 'document' | null>(first.opens ? 'search' : null);
  const [isTooShort, setTooShort] = useState(first.opens && wanted === null);
  const field = useRef<HTMLInputElement>(null);
  // The field gets the focus before the first paint, because a scanner may type at once.
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    theSearch.remember({ text, status });
    const timer = setTimeout(() => setWanted(readWanted(text)), typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, status]);
  const find = () => {
    // The search uses the field's current value, even if it was typed faster than React renders.
    const next = readWanted(field.current?.value ?? text);
    setTooShort(next === null);
    setWanted(next);
    setOpening('search');
    field.current?.select();
  };
  return (
    <Page title={texts.title}>
      <search className="card">
        <Form className="row" onSubmit={find}>
          <Field
            ref={field}
            type="search"
            aria-keyshortcuts="/"
            label={texts.search}
            hint={texts.searchHint}
            error={isTooShort ? texts.tooShort : undefined}
            value={text}
            onChange={(next) => {
              setOpening(null);
              setTooShort(false);
              setText(next);
            }}
          />
          <StatusChoice
            value={status}
            onChange={(next) => {
              setStatus(next);
              setOpening(null);
            }}
          />
          <Button type="submit" kind="primary">
            {texts.find}
          </Button>
        </Form>
      </search>
      {wanted !== null && (
        <Section title={texts.hits}>
          <Hits wanted={wanted} status={status === '' ? null : status} opens={opening === 'search'} />
        </Section>
      )}
      <DocumentSearch
        opens={opening === 'document'}
        onAsk={() => setOpening('document')}
        onChange={() => setOpening(null)}
      />
    </Page>
  );
}

function StatusChoice({
  value,
  onChange,
}: {
  readonly value: PatronStatus | '';
  readonly onChange: (value: PatronStatus | '') => void;
}): ReactNode {
  const texts = useTexts(findTexts);
  const words = useTexts(patronStatusWords);
  const statuses = (['ACTIVE', 'SUSPENDED', 'CLOSED'] as const).map((one) => ({
    value: one,
    text: words[one],
  }));
  return (
    <Choice
      label={texts.status}
      value={value}
      options={[{ value: '', text: texts.anyStatus }, ...statuses]}
      onChange={onChange}
    />
  );
}

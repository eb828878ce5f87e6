import { Button, Choice, Field, Page, Section, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { PatronStatus } from '../operations.generated.ts';
import { patronStatusWords } from '../words.ts';
import { DocumentSearch } from './document-search.tsx';
import { Hits } from './hits.tsx';
import { readWanted, type Wanted } from './search-text.ts';
import { findTexts } from './texts.ts';

/** Delay between the last key and the search, in ms: longer than between the keys of a scanner or a typist. */
const typingPauseMs = 350;

/** The last search of this visit, to come back to from a patron. Not in the address: it may be a name. */
let remembered: { readonly text: string; readonly status: PatronStatus | '' } = { text: '', status: '' };

interface Asked {
  readonly wanted: Wanted;
  /** Enter was pressed: the only hit is opened. */
  readonly opens: boolean;
}

/** Finds patrons. It searches after a pause in typing, or at once with Enter. */
export function FindView(): ReactNode {
  const texts = useTexts(findTexts);
  const statuses = useTexts(patronStatusWords);
  const [text, setText] = useState(remembered.text);
  const [status, setStatus] = useState(remembered.status);
  const [asked, setAsked] = useState<Asked | null>(() => askedFor(remembered.text));
  const [isTooShort, setTooShort] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const submitted = useRef<string | null>(null);
  // Before the first paint: a scanner may type at once.
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    remembered = { text, status };
    const timer = setTimeout(() => {
      // A search that was sent with Enter runs already, and opens the only hit.
      if (text !== submitted.current) {
        setAsked(askedFor(text));
      }
    }, typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, status]);
  const find = () => {
    // What the field has now, however fast it was typed.
    const typed = field.current?.value ?? text;
    submitted.current = typed;
    const wanted = readWanted(typed);
    setTooShort(wanted === null);
    setAsked(wanted === null ? null : { wanted, opens: true });
    field.current?.select();
  };
  return (
    <Page title={texts.title}>
      <search className="card">
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            find();
          }}
        >
          <Field
            ref={field}
            type="search"
            label={texts.search}
            hint={texts.searchHint}
            error={isTooShort ? texts.tooShort : undefined}
            value={text}
            onChange={(next) => {
              submitted.current = null;
              setTooShort(false);
              setText(next);
            }}
          />
          <Choice
            label={texts.status}
            value={status}
            options={[
              { value: '', text: texts.anyStatus },
              ...(['ACTIVE', 'SUSPENDED', 'CLOSED'] as const).map((value) => ({
                value,
                text: statuses[value],
              })),
            ]}
            onChange={(next) => {
              setStatus(next);
              setAsked((before) => (before === null ? null : { ...before, opens: false }));
            }}
          />
          <Button type="submit" kind="primary">
            {texts.find}
          </Button>
        </form>
      </search>
      {asked !== null && (
        <Section title={texts.hits}>
          <Hits wanted={asked.wanted} status={status === '' ? null : status} opens={asked.opens} />
        </Section>
      )}
      <DocumentSearch />
    </Page>
  );
}

function askedFor(text: string): Asked | null {
  const wanted = readWanted(text);
  return wanted === null ? null : { wanted, opens: false };
}

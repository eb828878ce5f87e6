import MiniSearch, { type AsPlainObject } from 'minisearch';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { type Entry, searchOptions } from '../content/search.ts';
import { load } from './load.ts';
import { navigate } from './location.ts';

type Found = Pick<Entry, 'id' | 'title' | 'source'>;

/** The results of the last search. Null if nothing is typed, and before the first results. */
type Results =
  | { readonly kind: 'found'; readonly entries: readonly Found[] }
  | { readonly kind: 'failed' }
  | null;

const maxFound = 12;

let opened: Promise<MiniSearch<Entry>> | null = null;

/**
 * Loads the search index when somebody first types into the search field. Rejects if the index can't be loaded. The
 * next typed letter then tries again.
 */
function openIndex(): Promise<MiniSearch<Entry>> {
  opened ??= load<AsPlainObject>('search').then((index) => MiniSearch.loadJS<Entry>(index, searchOptions));
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

/** Moves the focus to the field when `/` is pressed outside a text field. */
function useFocusKey(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === '/' && !isTyping) {
        event.preventDefault();
        field.current?.focus();
      }
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, [field]);
}

function useResults(text: string): Results {
  const [results, setResults] = useState<Results>(null);
  useEffect(() => {
    if (text.trim() === '') {
      setResults(null);
      return;
    }
    let isCurrent = true;
    const show = (found: Results) => {
      if (isCurrent) {
        setResults(found);
      }
    };
    openIndex().then(
      (index) => show({ kind: 'found', entries: foundIn(index, text) }),
      () => show({ kind: 'failed' }),
    );
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return results;
}

export function Search(): ReactNode {
  const [text, setText] = useState('');
  const results = useResults(text);
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  useFocusKey(field);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new results begin with the first entry.
  useEffect(() => setChosen(0), [results]);
  const open = (path: string) => {
    setText('');
    navigate(path);
  };
  const entries = results?.kind === 'found' ? results.entries : [];
  const onKeyDown = (event: React.KeyboardEvent) => {
    const target = entries[chosen];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const change = event.key === 'ArrowDown' ? 1 : -1;
      setChosen(Math.min(Math.max(chosen + change, 0), Math.max(entries.length - 1, 0)));
    } else if (event.key === 'Escape') {
      setText('');
    } else if (event.key === 'Enter' && target !== undefined) {
      event.preventDefault();
      open(target.id);
    }
  };
  return (
    <search>
      <input
        ref={field}
        type="search"
        role="combobox"
        aria-label="Search the guides and the schema"
        aria-expanded={entries.length > 0}
        aria-controls={listId}
        aria-activedescendant={entries[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        placeholder="Search ( / )"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Status results={results} />
      <div
        className="results"
        id={listId}
        role="listbox"
        aria-label="What was found"
        hidden={entries.length === 0}
      >
        {entries.map(({ id, title, source }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys.
          <div
            key={id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onClick={() => open(id)}
          >
            <strong>{title}</strong> <span>{source}</span>
          </div>
        ))}
      </div>
    </search>
  );
}

const foundIn = (index: MiniSearch<Entry>, text: string): readonly Found[] =>
  index
    .search(text)
    .slice(0, maxFound)
    .map(({ id, title, source }) => ({ id: String(id), title: String(title), source: String(source) }));

const Status = ({ results }: { readonly results: Results }): ReactNode => (
  <>
    <p className="hidden" role="status">
      {statusOf(results)}
    </p>
    {results?.kind === 'failed' && (
      <p className="results">The search could not be loaded. Try again in a while.</p>
    )}
    {results?.kind === 'found' && results.entries.length === 0 && <p className="results">Nothing found.</p>}
  </>
);

function statusOf(results: Results): string {
  if (results === null) {
    return '';
  }
  return results.kind === 'failed' ? 'The search could not be loaded.' : `${results.entries.length} found.`;
}

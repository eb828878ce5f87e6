import MiniSearch from 'minisearch';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type Entry, searchOptions } from '../content/search.ts';
import { load } from './load.ts';
import { goTo } from './location.ts';

type Found = Pick<Entry, 'id' | 'title' | 'place'>;

const maxFound = 12;

/** The index is loaded when somebody first comes to the search. */
const openIndex = async (): Promise<MiniSearch<Entry>> =>
  MiniSearch.loadJS<Entry>(await load('search'), searchOptions);

export function Search(): ReactNode {
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Found[] | 'failed' | null>(null);
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
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
  }, []);
  useEffect(() => {
    if (text.trim() === '') {
      setFound(null);
      return;
    }
    let isCurrent = true;
    openIndex().then(
      (index) => {
        if (isCurrent) {
          setFound(index.search(text).slice(0, maxFound) as unknown as readonly Found[]);
          setChosen(0);
        }
      },
      () => isCurrent && setFound('failed'),
    );
    return () => {
      isCurrent = false;
    };
  }, [text]);
  const leave = () => {
    setText('');
    setFound(null);
  };
  const results = Array.isArray(found) ? (found as readonly Found[]) : [];
  const onKeyDown = (event: React.KeyboardEvent) => {
    const target = results[chosen];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen(Math.min(Math.max(chosen + step, 0), Math.max(results.length - 1, 0)));
    } else if (event.key === 'Escape') {
      leave();
    } else if (event.key === 'Enter' && target !== undefined) {
      event.preventDefault();
      leave();
      goTo(target.id);
    }
  };
  return (
    <search>
      <input
        ref={field}
        type="search"
        role="combobox"
        aria-label="Search the guides and the schema"
        aria-expanded={results.length > 0}
        aria-controls={listId}
        aria-activedescendant={results[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        placeholder="Search ( / )"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="hidden" role="status">
        {statusOf(found)}
      </p>
      {found === 'failed' && <p className="results">The search could not be loaded. Try again in a while.</p>}
      {Array.isArray(found) && results.length === 0 && <p className="results">Nothing found.</p>}
      <div
        className="results"
        id={listId}
        role="listbox"
        aria-label="What was found"
        hidden={results.length === 0}
      >
        {results.map(({ id, title, place }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's.
          <div
            key={id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onClick={() => {
              leave();
              goTo(id);
            }}
          >
            <strong>{title}</strong> <span>{place}</span>
          </div>
        ))}
      </div>
    </search>
  );
}

function statusOf(found: readonly Found[] | 'failed' | null): string {
  if (found === null) {
    return '';
  }
  return found === 'failed' ? 'The search could not be loaded.' : `${found.length} found.`;
}

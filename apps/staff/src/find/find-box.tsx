import { createTexts, Form, usePath, useTexts } from '@patron-graph/ui';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useId, useRef } from 'react';
import { theSearch } from './the-search.ts';

/** These texts are separate from the texts of the view, because every view has the find box. */
const boxTexts = createTexts({
  find: { en: 'Find (/)', 'zh-Hant': '查找（/）' },
  hint: { en: 'Name, number, card, copy, code', 'zh-Hant': '姓名、號碼、證件、館藏、編碼' },
});

/** The path of the view that shows the hits. That view has a search field of its own. */
const viewPath = '/patrons';

/**
 * The search field of all views except the one that shows the hits. It finds patrons, copies and operations. If there
 * is only one hit, Enter opens it.
 */
export function FindBox(): ReactNode {
  const texts = useTexts(boxTexts);
  const path = usePath();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  if (path === viewPath) {
    return null;
  }
  const find = () => {
    const input = field.current;
    if (input !== null && input.value.trim() !== '') {
      theSearch.begin(input.value);
      input.value = '';
      void navigate({ to: viewPath });
    }
  };
  return (
    <search className="find-box">
      <Form onSubmit={find} className="field">
        <label htmlFor={id}>{texts.find}</label>
        <input
          ref={field}
          id={id}
          type="search"
          aria-keyshortcuts="/"
          placeholder={texts.hint}
          autoComplete="off"
          maxLength={100}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.currentTarget.value = '';
              event.currentTarget.blur();
            }
          }}
        />
      </Form>
    </search>
  );
}

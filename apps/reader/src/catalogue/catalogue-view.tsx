import {
  Announce,
  Button,
  Empty,
  Field,
  Form,
  Loaded,
  Notice,
  Page,
  Pager,
  useDraft,
  usePages,
  useQuery,
  useSession,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { FindTitlesDocument } from '../operations.generated.ts';
import { catalogueTexts } from './texts.ts';
import { TitleCard } from './title-card.tsx';

/** The search is stored as a draft. The browser's history would reveal a search in the address. */
interface Search {
  readonly typed: string;
  /** The text of the last search; empty before the first search. */
  readonly text: string;
}

const titlesOfPage = 10;
/** The minimum length of a search. A single Chinese character is a word. */
const minLength = (text: string) => (/\p{Script=Han}/u.test(text) ? 1 : 2);
const maxLength = 100;

/** Finds titles by a part of their text, for everybody. Signed-in readers can reserve. */
export function CatalogueView(): ReactNode {
  const { patronId } = useSession();
  const texts = useTexts(catalogueTexts);
  const { form, change } = useDraft<Search>('search', { typed: '', text: '' });
  const [isTooShort, setTooShort] = useState(false);
  const find = () => {
    const text = form.typed.trim();
    const isLong = [...text].length >= minLength(text);
    setTooShort(!isLong);
    if (isLong) {
      change({ text });
    }
  };
  return (
    <Page title={texts.title}>
      <search>
        <Form className="card row" noValidate onSubmit={find}>
          <Field
            label={texts.search}
            hint={texts.hint}
            error={isTooShort ? texts.tooShort : undefined}
            type="search"
            maxLength={maxLength}
            value={form.typed}
            onChange={(typed) => change({ typed })}
          />
          <Button type="submit" kind="primary">
            {texts.find}
          </Button>
        </Form>
      </search>
      {form.text !== '' && <Found key={form.text} text={form.text} patronId={patronId} />}
    </Page>
  );
}

function Found({ text, patronId }: { readonly text: string; readonly patronId: string | null }): ReactNode {
  const texts = useTexts(catalogueTexts);
  const pages = usePages(text);
  const answer = useQuery(FindTitlesDocument, {
    text,
    first: titlesOfPage,
    ...pages.variables,
  });
  return (
    <Loaded answer={answer}>
      {({ titles }) =>
        titles === null ? null : (
          <>
            <Announce>{texts.found(titles.totalCount)}</Announce>
            {titles.totalCount === 0 ? (
              <Empty>{texts.none}</Empty>
            ) : (
              <h2>{texts.found(titles.totalCount)}</h2>
            )}
            {!titles.complete && <Notice>{texts.incomplete}</Notice>}
            {titles.edges.map(({ node }) => (
              <TitleCard key={node.titleNumber} title={node} patronId={patronId} />
            ))}
            <Pager pages={pages} connection={titles} />
          </>
        )
      }
    </Loaded>
  );
}

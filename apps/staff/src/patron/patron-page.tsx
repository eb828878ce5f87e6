import '../layout.css';
import './patron.css';
import { Button, Loaded, Page, useLive, usePathValue, useQuery, useTexts } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense } from 'react';
import { NoPatron } from '../lists/no-patron.tsx';
import { LibraryChangesDocument, PatronPictureDocument } from '../operations.generated.ts';
import { Cards } from './cards/cards.tsx';
import type { SectionProps } from './patron.ts';
import { Quota } from './quota.tsx';
import { Standing } from './standing.tsx';
import { patronTexts } from './texts.ts';

const loading = import('./further-down.tsx');
const FurtherDown = lazy(async () => ({ default: (await loading).FurtherDown }));

/** The minimum time between two readings of the patron, in ms. Each reading is audited and calls all systems. */
const changedEveryMs = 2_000;

/**
 * One patron's data, and what staff can do for this patron. If a legacy system is down, the sections with that system's
 * data show a message. All other sections are shown as usual. The page's title contains the patron number but no name,
 * because browsers store titles.
 */
export function PatronPage(): ReactNode {
  const id = usePathValue('id');
  const texts = useTexts(patronTexts);
  const answer = useQuery(PatronPictureDocument, { patronId: id });
  useLive(answer, LibraryChangesDocument, {
    variables: { filter: { patronId: id } },
    after: answer.data?.patron?.changesCursor,
    isAbout: ({ kind }) => !kind.startsWith('NOTICE_'),
    everyMs: changedEveryMs,
  });
  return (
    <Page title={texts.patron(id)} actions={<Button onClick={answer.reload}>{texts.readAgain}</Button>}>
      <Loaded answer={answer}>
        {({ patron }, missing) =>
          patron === null ? (
            <NoPatron missing={missing} />
          ) : (
            <Picture patron={patron} missing={missing} reload={answer.reload} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Picture(props: SectionProps): ReactNode {
  const texts = useTexts(patronTexts);
  const { name } = props.patron;
  return (
    <>
      <p className="patron-name">
        {name === null ? texts.nameNotKnown : [name.english, name.chinese].filter(Boolean).join(' · ')}
      </p>
      <div className="patron-columns">
        <Standing {...props} />
        <Quota {...props} />
      </div>
      <Cards {...props} />
      <Suspense>
        <FurtherDown {...props} />
      </Suspense>
    </>
  );
}
